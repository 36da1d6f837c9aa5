//! Habits: in which units and which form of places a side's people think. Only showing and typing depend on them.

use super::{Dimension, Unit};

/// How places are shown, and how bare numbers of a place are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceFormat {
    /// `31.38167°`
    Degrees,
    /// `31° 22.9'`
    Minutes,
    /// `31° 22' 54"`
    Seconds,
}

/// Where the usual units come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Metres, kilometres an hour, kilograms, degrees Celsius.
    Metric,
    /// Feet, nautical miles, knots, pounds, degrees Fahrenheit.
    Nautical,
}

/// The habits of a console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Habits {
    system: System,
    units: Vec<Unit>,
    places: PlaceFormat,
}

impl Default for Habits {
    fn default() -> Self {
        Habits::of(System::Metric)
    }
}

impl PlaceFormat {
    /// All.
    pub const ALL: [PlaceFormat; 3] = [PlaceFormat::Degrees, PlaceFormat::Minutes, PlaceFormat::Seconds];

    /// The name in settings.
    pub fn code(self) -> &'static str {
        match self {
            PlaceFormat::Degrees => "degrees",
            PlaceFormat::Minutes => "degrees-minutes",
            PlaceFormat::Seconds => "degrees-minutes-seconds",
        }
    }

    /// The format with this name.
    pub fn from_code(code: &str) -> Option<PlaceFormat> {
        PlaceFormat::ALL.into_iter().find(|format| format.code() == code)
    }
}

impl System {
    /// Both.
    pub const ALL: [System; 2] = [System::Metric, System::Nautical];

    /// The name in settings.
    pub fn code(self) -> &'static str {
        match self {
            System::Metric => "metric",
            System::Nautical => "nautical",
        }
    }

    /// The system with this name.
    pub fn from_code(code: &str) -> Option<System> {
        System::ALL.into_iter().find(|system| system.code() == code)
    }

    fn entry_unit(self, dimension: Dimension) -> Unit {
        let nautical = self == System::Nautical;
        match dimension {
            Dimension::Length => self.shown_in(Unit::Metre),
            Dimension::Speed if nautical => Unit::Knot,
            Dimension::Speed => Unit::KilometrePerHour,
            Dimension::Mass => self.shown_in(Unit::Kilogram),
            Dimension::Bearing => Unit::DegreeTrue,
            Dimension::Temperature => self.shown_in(Unit::Celsius),
            Dimension::Pressure => self.shown_in(Unit::Hectopascal),
            Dimension::Activity => Unit::Becquerel,
            Dimension::Dose => Unit::Millisievert,
            Dimension::DoseRate => Unit::MicrosievertPerHour,
            Dimension::Power => Unit::Megawatt,
            Dimension::Energy => Unit::MegawattHour,
            Dimension::Voltage => Unit::Kilovolt,
            Dimension::Frequency => Unit::Hertz,
            Dimension::Duration => Unit::Minute,
            Dimension::Volume => self.shown_in(Unit::Litre),
            Dimension::Share => Unit::Percent,
            Dimension::Count => Unit::One,
        }
    }

    /// Units of the system itself stay; those of the other are told in the nearest of this one.
    fn shown_in(self, unit: Unit) -> Unit {
        match (self, unit) {
            (System::Metric, Unit::Foot | Unit::Yard | Unit::FlightLevel) => Unit::Metre,
            (System::Metric, Unit::NauticalMile) => Unit::Kilometre,
            (System::Metric, Unit::Knot) => Unit::KilometrePerHour,
            (System::Metric, Unit::FootPerMinute) => Unit::MetrePerSecond,
            (System::Metric, Unit::Pound) => Unit::Kilogram,
            (System::Metric, Unit::Fahrenheit) => Unit::Celsius,
            (System::Metric, Unit::InchOfMercury) => Unit::Hectopascal,
            (System::Metric, Unit::Curie) => Unit::Gigabecquerel,
            (System::Metric, Unit::GallonUs) => Unit::Litre,
            (System::Nautical, Unit::Metre | Unit::Yard) => Unit::Foot,
            (System::Nautical, Unit::Kilometre) => Unit::NauticalMile,
            (System::Nautical, Unit::MetrePerSecond | Unit::KilometrePerHour) => Unit::Knot,
            (System::Nautical, Unit::Kilogram | Unit::Tonne) => Unit::Pound,
            (System::Nautical, Unit::Celsius) => Unit::Fahrenheit,
            (System::Nautical, Unit::Hectopascal) => Unit::InchOfMercury,
            (System::Nautical, Unit::Litre | Unit::CubicMetre) => Unit::GallonUs,
            (_, unit) => unit,
        }
    }
}

impl Habits {
    /// The usual units of a system, and degrees and minutes.
    pub fn of(system: System) -> Habits {
        Habits { system, units: Vec::new(), places: PlaceFormat::Minutes }
    }

    /// The same, with numbers that can be told in this unit told in it. Long and short lengths are set apart: a height
    /// in feet does not make distances come in feet.
    pub fn with_unit(mut self, unit: Unit) -> Habits {
        self.units.retain(|other| !same_use(*other, unit));
        self.units.push(unit);
        self
    }

    /// The same, with places in this format.
    pub fn with_places(mut self, places: PlaceFormat) -> Habits {
        self.places = places;
        self
    }

    /// The format of places.
    pub fn places(&self) -> PlaceFormat {
        self.places
    }

    /// The unit in which a number in this unit is shown, and that stands beside the box where it is read back.
    pub fn unit_for(&self, sent: Unit) -> Unit {
        let set = self.units.iter().find(|unit| same_use(**unit, sent) && sent.converts_to(**unit));
        set.copied().unwrap_or_else(|| self.system.shown_in(sent))
    }

    /// The unit that a box for this dimension proposes when nothing was sent yet.
    pub fn entry_unit(&self, dimension: Dimension) -> Unit {
        let set = self.units.iter().rev().find(|unit| unit.dimension() == dimension);
        set.copied().unwrap_or_else(|| self.system.entry_unit(dimension))
    }
}

fn same_use(one: Unit, other: Unit) -> bool {
    let is_long = |unit| matches!(unit, Unit::Kilometre | Unit::NauticalMile);
    one.dimension() == other.dimension() && is_long(one) == is_long(other)
}
