//! Units: a closed list, each with its exact size in whole numbers.
//!
//! Within a dimension every unit is a whole multiple of one small base (a length: 0.1 mm), so that numbers are compared
//! without fractions. Sizes: yard, foot and pound by the international agreement of 1959, nautical mile 1 852 m, curie
//! 3.7 x 10^10 Bq, US gallon 231 cubic inches, inch of mercury 3 386.389 Pa (conventional, at 0 degrees Celsius).

/// What a number measures. Only numbers of one dimension can be equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// Height, depth, distance. A flight level is 100 ft at standard pressure.
    Length,
    /// Along the ground, up or down.
    Speed,
    /// What something weighs.
    Mass,
    /// From true or from magnetic north; neither is converted into the other.
    Bearing,
    /// On either scale.
    Temperature,
    /// Of air.
    Pressure,
    /// Of a radioactive source or release.
    Activity,
    /// Of radiation.
    Dose,
    /// Of radiation, in an hour.
    DoseRate,
    /// Electric.
    Power,
    /// Electric.
    Energy,
    /// Electric.
    Voltage,
    /// Of a grid, or how far it is off.
    Frequency,
    /// How long.
    Duration,
    /// Of a liquid.
    Volume,
    /// Of a whole.
    Share,
    /// How many; no unit.
    Count,
}

/// A unit of the closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// `m`: metres.
    Metre,
    /// `km`: kilometres.
    Kilometre,
    /// `ft`: feet.
    Foot,
    /// `NM`: nautical miles.
    NauticalMile,
    /// `yd`: yards.
    Yard,
    /// `FL`: flight level.
    FlightLevel,
    /// `m/s`: metres per second.
    MetrePerSecond,
    /// `km/h`: kilometres per hour.
    KilometrePerHour,
    /// `kn`: knots.
    Knot,
    /// `ft/min`: feet per minute.
    FootPerMinute,
    /// `kg`: kilograms.
    Kilogram,
    /// `t`: tonnes.
    Tonne,
    /// `lb`: pounds.
    Pound,
    /// `deg-true`: degrees true.
    DegreeTrue,
    /// `deg-mag`: degrees magnetic.
    DegreeMagnetic,
    /// `C`: degrees Celsius.
    Celsius,
    /// `F`: degrees Fahrenheit.
    Fahrenheit,
    /// `hPa`: hectopascals.
    Hectopascal,
    /// `inHg`: inches of mercury.
    InchOfMercury,
    /// `Bq`: becquerels.
    Becquerel,
    /// `kBq`: kilobecquerels.
    Kilobecquerel,
    /// `MBq`: megabecquerels.
    Megabecquerel,
    /// `GBq`: gigabecquerels.
    Gigabecquerel,
    /// `TBq`: terabecquerels.
    Terabecquerel,
    /// `Ci`: curies.
    Curie,
    /// `uSv`: microsieverts.
    Microsievert,
    /// `mSv`: millisieverts.
    Millisievert,
    /// `Sv`: sieverts.
    Sievert,
    /// `uSv/h`: microsieverts per hour.
    MicrosievertPerHour,
    /// `mSv/h`: millisieverts per hour.
    MillisievertPerHour,
    /// `kW`: kilowatts.
    Kilowatt,
    /// `MW`: megawatts.
    Megawatt,
    /// `GW`: gigawatts.
    Gigawatt,
    /// `MWh`: megawatt hours.
    MegawattHour,
    /// `V`: volts.
    Volt,
    /// `kV`: kilovolts.
    Kilovolt,
    /// `Hz`: hertz.
    Hertz,
    /// `mHz`: millihertz.
    Millihertz,
    /// `s`: seconds.
    Second,
    /// `min`: minutes.
    Minute,
    /// `h`: hours.
    Hour,
    /// `d`: days.
    Day,
    /// `l`: litres.
    Litre,
    /// `m3`: cubic metres.
    CubicMetre,
    /// `gal-us`: US gallons.
    GallonUs,
    /// `%`: percent.
    Percent,
    /// `1`: a number of things or persons, without a unit.
    One,
}

struct Facts {
    unit: Unit,
    code: &'static str,
    dimension: Dimension,
    /// So many of the dimension's base make one.
    scale: i128,
    one: &'static str,
    many: &'static str,
}

const fn facts(
    unit: Unit,
    code: &'static str,
    dimension: Dimension,
    scale: i128,
    one: &'static str,
    many: &'static str,
) -> Facts {
    Facts { unit, code, dimension, scale, one, many }
}

#[rustfmt::skip]
const FACTS: [Facts; 47] = [
    facts(Unit::Metre, "m", Dimension::Length, 10_000, "metre", "metres"),
    facts(Unit::Kilometre, "km", Dimension::Length, 10_000_000, "kilometre", "kilometres"),
    facts(Unit::Foot, "ft", Dimension::Length, 3_048, "foot", "feet"),
    facts(Unit::NauticalMile, "NM", Dimension::Length, 18_520_000, "nautical mile", "nautical miles"),
    facts(Unit::Yard, "yd", Dimension::Length, 9_144, "yard", "yards"),
    facts(Unit::FlightLevel, "FL", Dimension::Length, 304_800, "flight level", "flight level"),
    facts(Unit::MetrePerSecond, "m/s", Dimension::Speed, 225_000, "metre per second", "metres per second"),
    facts(Unit::KilometrePerHour, "km/h", Dimension::Speed, 62_500, "kilometre per hour", "kilometres per hour"),
    facts(Unit::Knot, "kn", Dimension::Speed, 115_750, "knot", "knots"),
    facts(Unit::FootPerMinute, "ft/min", Dimension::Speed, 1_143, "foot per minute", "feet per minute"),
    facts(Unit::Kilogram, "kg", Dimension::Mass, 100_000_000, "kilogram", "kilograms"),
    facts(Unit::Tonne, "t", Dimension::Mass, 100_000_000_000, "tonne", "tonnes"),
    facts(Unit::Pound, "lb", Dimension::Mass, 45_359_237, "pound", "pounds"),
    facts(Unit::DegreeTrue, "deg-true", Dimension::Bearing, 1, "degree true", "degrees true"),
    facts(Unit::DegreeMagnetic, "deg-mag", Dimension::Bearing, 1, "degree magnetic", "degrees magnetic"),
    facts(Unit::Celsius, "C", Dimension::Temperature, 9, "degree Celsius", "degrees Celsius"),
    facts(Unit::Fahrenheit, "F", Dimension::Temperature, 5, "degree Fahrenheit", "degrees Fahrenheit"),
    facts(Unit::Hectopascal, "hPa", Dimension::Pressure, 100_000, "hectopascal", "hectopascals"),
    facts(Unit::InchOfMercury, "inHg", Dimension::Pressure, 3_386_389, "inch of mercury", "inches of mercury"),
    facts(Unit::Becquerel, "Bq", Dimension::Activity, 1, "becquerel", "becquerels"),
    facts(Unit::Kilobecquerel, "kBq", Dimension::Activity, 1_000, "kilobecquerel", "kilobecquerels"),
    facts(Unit::Megabecquerel, "MBq", Dimension::Activity, 1_000_000, "megabecquerel", "megabecquerels"),
    facts(Unit::Gigabecquerel, "GBq", Dimension::Activity, 1_000_000_000, "gigabecquerel", "gigabecquerels"),
    facts(Unit::Terabecquerel, "TBq", Dimension::Activity, 1_000_000_000_000, "terabecquerel", "terabecquerels"),
    facts(Unit::Curie, "Ci", Dimension::Activity, 37_000_000_000, "curie", "curies"),
    facts(Unit::Microsievert, "uSv", Dimension::Dose, 1, "microsievert", "microsieverts"),
    facts(Unit::Millisievert, "mSv", Dimension::Dose, 1_000, "millisievert", "millisieverts"),
    facts(Unit::Sievert, "Sv", Dimension::Dose, 1_000_000, "sievert", "sieverts"),
    facts(Unit::MicrosievertPerHour, "uSv/h", Dimension::DoseRate, 1, "microsievert per hour", "microsieverts per hour"),
    facts(Unit::MillisievertPerHour, "mSv/h", Dimension::DoseRate, 1_000, "millisievert per hour", "millisieverts per hour"),
    facts(Unit::Kilowatt, "kW", Dimension::Power, 1, "kilowatt", "kilowatts"),
    facts(Unit::Megawatt, "MW", Dimension::Power, 1_000, "megawatt", "megawatts"),
    facts(Unit::Gigawatt, "GW", Dimension::Power, 1_000_000, "gigawatt", "gigawatts"),
    facts(Unit::MegawattHour, "MWh", Dimension::Energy, 1, "megawatt hour", "megawatt hours"),
    facts(Unit::Volt, "V", Dimension::Voltage, 1, "volt", "volts"),
    facts(Unit::Kilovolt, "kV", Dimension::Voltage, 1_000, "kilovolt", "kilovolts"),
    facts(Unit::Hertz, "Hz", Dimension::Frequency, 1_000, "hertz", "hertz"),
    facts(Unit::Millihertz, "mHz", Dimension::Frequency, 1, "millihertz", "millihertz"),
    facts(Unit::Second, "s", Dimension::Duration, 1, "second", "seconds"),
    facts(Unit::Minute, "min", Dimension::Duration, 60, "minute", "minutes"),
    facts(Unit::Hour, "h", Dimension::Duration, 3_600, "hour", "hours"),
    facts(Unit::Day, "d", Dimension::Duration, 86_400, "day", "days"),
    facts(Unit::Litre, "l", Dimension::Volume, 1_000_000_000, "litre", "litres"),
    facts(Unit::CubicMetre, "m3", Dimension::Volume, 1_000_000_000_000, "cubic metre", "cubic metres"),
    facts(Unit::GallonUs, "gal-us", Dimension::Volume, 3_785_411_784, "US gallon", "US gallons"),
    facts(Unit::Percent, "%", Dimension::Share, 1, "percent", "percent"),
    facts(Unit::One, "1", Dimension::Count, 1, "", ""),
];

impl Dimension {
    /// All.
    pub const ALL: [Dimension; 17] = [
        Dimension::Length,
        Dimension::Speed,
        Dimension::Mass,
        Dimension::Bearing,
        Dimension::Temperature,
        Dimension::Pressure,
        Dimension::Activity,
        Dimension::Dose,
        Dimension::DoseRate,
        Dimension::Power,
        Dimension::Energy,
        Dimension::Voltage,
        Dimension::Frequency,
        Dimension::Duration,
        Dimension::Volume,
        Dimension::Share,
        Dimension::Count,
    ];

    /// The name in files.
    pub fn code(self) -> &'static str {
        match self {
            Dimension::Length => "length",
            Dimension::Speed => "speed",
            Dimension::Mass => "mass",
            Dimension::Bearing => "bearing",
            Dimension::Temperature => "temperature",
            Dimension::Pressure => "pressure",
            Dimension::Activity => "activity",
            Dimension::Dose => "dose",
            Dimension::DoseRate => "dose-rate",
            Dimension::Power => "power",
            Dimension::Energy => "energy",
            Dimension::Voltage => "voltage",
            Dimension::Frequency => "frequency",
            Dimension::Duration => "duration",
            Dimension::Volume => "volume",
            Dimension::Share => "share",
            Dimension::Count => "count",
        }
    }

    /// The dimension with this name.
    pub fn from_code(code: &str) -> Option<Dimension> {
        Dimension::ALL.into_iter().find(|dimension| dimension.code() == code)
    }

    /// The units of this dimension, in the order of the list.
    pub fn units(self) -> impl Iterator<Item = Unit> {
        Unit::all().filter(move |unit| unit.dimension() == self)
    }
}

impl Unit {
    /// All units.
    pub fn all() -> impl Iterator<Item = Unit> {
        FACTS.iter().map(|facts| facts.unit)
    }

    /// The code on the wire and in files.
    pub fn code(self) -> &'static str {
        self.facts().code
    }

    /// The unit with exactly this code.
    pub fn from_code(code: &str) -> Option<Unit> {
        Unit::all().find(|unit| unit.code() == code)
    }

    /// What it measures.
    pub fn dimension(self) -> Dimension {
        self.facts().dimension
    }

    /// The unit spelled out in English behind one, empty for a count.
    pub fn word_for_one(self) -> &'static str {
        self.facts().one
    }

    /// The unit spelled out in English behind any other number, empty for a count.
    pub fn word(self) -> &'static str {
        self.facts().many
    }

    /// Whether a number in this unit can be told in the other. True and magnetic bearings cannot.
    pub fn converts_to(self, other: Unit) -> bool {
        self == other || (self.dimension() == other.dimension() && self.dimension() != Dimension::Bearing)
    }

    /// The sign on screens.
    pub fn symbol(self) -> &'static str {
        match self {
            Unit::DegreeTrue => "° TRUE",
            Unit::DegreeMagnetic => "° MAG",
            Unit::Celsius => "°C",
            Unit::Fahrenheit => "°F",
            Unit::Microsievert => "µSv",
            Unit::MicrosievertPerHour => "µSv/h",
            Unit::CubicMetre => "m³",
            Unit::GallonUs => "US gal",
            Unit::One => "",
            other => other.code(),
        }
    }

    /// So many of the dimension's base make one.
    pub(super) fn scale(self) -> i128 {
        self.facts().scale
    }

    /// What has to be added to a number of this unit to make it the dimension's, in millionths of the base: ninths of a
    /// degree above 0 degrees Celsius.
    pub(super) fn offset(self) -> i128 {
        if self == Unit::Fahrenheit { -160_000_000 } else { 0 }
    }

    fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_in_the_order_of_the_list() {
        assert!(FACTS.iter().enumerate().all(|(at, facts)| facts.unit as usize == at));
    }
}
