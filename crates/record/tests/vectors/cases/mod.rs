//! All vectors, by what they are about.

mod charters;
mod content;
mod fields;
mod files;
mod flips;
mod good;
mod lists;
mod meaning;
mod passkeys;
mod places;
mod releases;
mod signatures;
mod statements;
mod wires;
mod wires_held;

use crate::format::ExportVector;
use crate::wire_format::WireVector;

pub fn exports() -> Vec<ExportVector> {
    let all = [
        good::all(),
        flips::all(),
        fields::all(),
        places::all(),
        content::all(),
        lists::all(),
        statements::all(),
        releases::all(),
        passkeys::all(),
        signatures::all(),
        charters::all(),
        files::all(),
        meaning::all(),
    ];
    all.into_iter().flatten().collect()
}

pub fn wires() -> Vec<WireVector> {
    [wires::all(), wires_held::all()].into_iter().flatten().collect()
}
