//! How people spell units. What two people may take for two things is refused, with the reason.

use super::{Dimension, Unit};

/// Why a text names no unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitError {
    /// It is not on the list.
    Unknown,
    /// It may mean two things; what to write instead.
    Ambiguous(Advice),
}

/// What to write instead of a unit that may mean two things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Of north, or of heat.
    Degrees,
    /// Of the sea, or of the land.
    Miles,
    /// Of 1 000 kg, or one of the others.
    Tons,
    /// Of one country or the other.
    Gallons,
    /// 里 beside 公里.
    Li,
    /// 斤 beside 公斤.
    Jin,
    /// 尺 beside 英尺.
    Chi,
    /// A capital M.
    CapitalM,
    /// A capital T.
    CapitalT,
    /// МГц.
    Megahertz,
    /// мВт.
    Milliwatt,
    /// мвт.
    SmallWatt,
    /// МЗв.
    Megasievert,
    /// Two units that the case alone tells apart.
    Case,
}

/// Spellings in lower case, beside the code and the English words. Russian, Chinese and Arabic ones are the usual signs.
const SPELLINGS: &[(Unit, &[&str])] = &[
    (Unit::Metre, &["meter", "meters", "metre", "metres", "м", "метр", "метра", "метров", "米", "متر"]),
    (
        Unit::Kilometre,
        &[
            "kilometer",
            "kilometers",
            "км",
            "километр",
            "километра",
            "километров",
            "公里",
            "千米",
            "كم",
            "كيلومتر",
        ],
    ),
    (Unit::Foot, &["feet", "фут", "фута", "футов", "英尺", "قدم"]),
    (Unit::NauticalMile, &["nm", "nmi", "морских миль", "морская миля", "海里", "ميل بحري"]),
    (Unit::Yard, &["yds", "码"]),
    (Unit::FlightLevel, &["fl"]),
    (Unit::MetrePerSecond, &["mps", "meters per second", "м/с", "米/秒"]),
    (Unit::KilometrePerHour, &["kmh", "kph", "kilometers per hour", "км/ч", "公里/小时", "كم/س"]),
    (Unit::Knot, &["kt", "kts", "уз", "узлов", "节", "عقدة"]),
    (Unit::FootPerMinute, &["fpm"]),
    (Unit::Kilogram, &["kgs", "кг", "公斤", "千克", "كغ"]),
    (Unit::Tonne, &["metric ton", "metric tons", "т", "тонн", "тонна", "吨", "طن متري"]),
    (Unit::Pound, &["lbs", "磅"]),
    (Unit::DegreeTrue, &["true", "° true", "°true", "°t", "° t", "deg true", "deg t"]),
    (Unit::DegreeMagnetic, &["mag", "magnetic", "° mag", "°mag", "°m", "° m", "deg mag", "deg m"]),
    (Unit::Celsius, &["°c", "° c", "deg c", "celsius", "℃"]),
    (Unit::Fahrenheit, &["°f", "° f", "deg f", "fahrenheit", "℉"]),
    (Unit::Hectopascal, &["mb", "mbar", "millibar", "millibars", "гпа", "百帕"]),
    (Unit::InchOfMercury, &["in hg"]),
    (Unit::Becquerel, &["бк", "贝克"]),
    (Unit::Curie, &["ки", "居里"]),
    (Unit::Microsievert, &["µsv", "μsv", "мкзв", "微希"]),
    (Unit::Millisievert, &["мзв", "毫希"]),
    (Unit::Sievert, &["зв", "希"]),
    (Unit::MicrosievertPerHour, &["µsv/h", "μsv/h", "мкзв/ч", "微希/小时"]),
    (Unit::MillisievertPerHour, &["мзв/ч", "毫希/小时"]),
    (Unit::Kilowatt, &["квт", "千瓦"]),
    (Unit::Megawatt, &["мвт", "兆瓦"]),
    (Unit::Gigawatt, &["гвт", "吉瓦"]),
    (Unit::MegawattHour, &["мвт·ч", "兆瓦时"]),
    (Unit::Volt, &["в", "伏"]),
    (Unit::Kilovolt, &["кв", "千伏"]),
    (Unit::Hertz, &["гц", "赫兹"]),
    (Unit::Millihertz, &["мгц"]),
    (Unit::Second, &["sec", "secs", "с", "秒", "ثانية"]),
    (Unit::Minute, &["mins", "мин", "分钟", "دقيقة"]),
    (Unit::Hour, &["hr", "hrs", "ч", "час", "часа", "часов", "小时", "ساعة"]),
    (Unit::Day, &["сут", "天", "يوم"]),
    (Unit::Litre, &["liter", "liters", "л", "升", "لتر"]),
    (Unit::CubicMetre, &["m³", "м3", "м³", "立方米", "cubic meter", "cubic meters"]),
    (Unit::GallonUs, &["us gal", "us gallons", "usg"]),
    (Unit::Percent, &["per cent", "pct"]),
];

impl Advice {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Advice::Degrees => "say TRUE or MAG, or C or F",
            Advice::Miles => "write NM for nautical miles, or km",
            Advice::Tons => "write t for 1 000 kg, or lb",
            Advice::Gallons => "write gal-us for US gallons, or l",
            Advice::Li => "write km, NM or m: 里 is 500 m, 公里 is a kilometre",
            Advice::Jin => "write kg: 斤 is half a kilogram, 公斤 is a kilogram",
            Advice::Chi => "write m or ft: 尺 is a third of a metre, 英尺 is a foot",
            Advice::CapitalM => "write m for metres, NM for nautical miles, or MAG",
            Advice::CapitalT => "write t for tonnes, or TRUE",
            Advice::Megahertz => "write mHz or Hz: МГц is a megahertz",
            Advice::Milliwatt => "write MW or kW: мВт is a milliwatt",
            Advice::SmallWatt => "write MW or kW: МВт is a megawatt, мВт a milliwatt",
            Advice::Megasievert => "write mSv: МЗв is a megasievert",
            Advice::Case => "mind the case: MW, MBq and MWh with a capital M, mSv and mHz with a small one",
        }
    }
}

/// Texts in lower case that two people may take for two things.
const AMBIGUOUS: &[(&str, Advice)] = &[
    ("°", Advice::Degrees),
    ("º", Advice::Degrees),
    ("deg", Advice::Degrees),
    ("degree", Advice::Degrees),
    ("degrees", Advice::Degrees),
    ("度", Advice::Degrees),
    ("градус", Advice::Degrees),
    ("градусов", Advice::Degrees),
    ("درجة", Advice::Degrees),
    ("mi", Advice::Miles),
    ("mile", Advice::Miles),
    ("miles", Advice::Miles),
    ("миль", Advice::Miles),
    ("миля", Advice::Miles),
    ("ميل", Advice::Miles),
    ("英里", Advice::Miles),
    ("ton", Advice::Tons),
    ("tons", Advice::Tons),
    ("طن", Advice::Tons),
    ("gal", Advice::Gallons),
    ("gallon", Advice::Gallons),
    ("gallons", Advice::Gallons),
    ("里", Advice::Li),
    ("斤", Advice::Jin),
    ("尺", Advice::Chi),
];

/// Exact texts that two people may take for two things.
const AMBIGUOUS_EXACTLY: &[(&str, Advice)] = &[
    ("M", Advice::CapitalM),
    ("T", Advice::CapitalT),
    ("МГц", Advice::Megahertz),
    ("мВт", Advice::Milliwatt),
    ("мвт", Advice::SmallWatt),
    ("МЗв", Advice::Megasievert),
];

impl Unit {
    /// Reads a unit as people spell it. Case matters only where it changes the meaning.
    pub fn parse(text: &str) -> Result<Unit, UnitError> {
        let text = text.trim();
        if let Some(unit) = Unit::from_code(text).filter(|unit| *unit != Unit::One) {
            return Ok(unit);
        }
        let lower = text.to_lowercase();
        let told = AMBIGUOUS_EXACTLY.iter().find(|(exact, _)| *exact == text);
        if let Some((_, advice)) = told.or_else(|| AMBIGUOUS.iter().find(|(other, _)| *other == lower)) {
            return Err(UnitError::Ambiguous(*advice));
        }
        if let Some((unit, _)) = SPELLINGS.iter().find(|(_, spellings)| spellings.contains(&lower.as_str())) {
            return Ok(*unit);
        }
        let named = Unit::all().filter(|unit| unit.dimension() != Dimension::Count).find(|unit| {
            unit.code().to_lowercase() == lower
                || unit.word().to_lowercase() == lower
                || unit.word_for_one().to_lowercase() == lower
        });
        match named {
            Some(unit) if is_other_prefix(unit, text) => Err(UnitError::Ambiguous(Advice::Case)),
            Some(unit) => Ok(unit),
            None => Err(UnitError::Unknown),
        }
    }
}

/// `mW` is not `MW`, and `MSv` not `mSv`: the first letter is a prefix whose case counts.
fn is_other_prefix(unit: Unit, text: &str) -> bool {
    let (Some(right), Some(typed)) = (unit.code().chars().next(), text.chars().next()) else {
        return false;
    };
    let prefixed = matches!(
        unit,
        Unit::Megawatt
            | Unit::MegawattHour
            | Unit::Megabecquerel
            | Unit::Millisievert
            | Unit::MillisievertPerHour
            | Unit::Millihertz
    );
    let is_code = unit.code().eq_ignore_ascii_case(text);
    prefixed && is_code && right != typed
}
