//! Numbers: digits, a power of ten, a unit. The power of ten is also the resolution to which the number is stated.

use super::{Unit, ValueError};

/// Greatest absolute mantissa: twelve digits.
pub const MANTISSA_MAX: i64 = 999_999_999_999;
/// Finest resolution: 10^-6.
pub const EXPONENT_MIN: i8 = -6;
/// Coarsest resolution: 10^6.
pub const EXPONENT_MAX: i8 = 6;

/// mantissa x 10^exponent in a unit, stated to 10^exponent: 1 500 m is not 1.5 km to 0.1 km.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    mantissa: i64,
    exponent: i8,
    unit: Unit,
}

impl Number {
    /// Checks the ranges.
    pub fn new(mantissa: i64, exponent: i8, unit: Unit) -> Result<Number, ValueError> {
        let digits = (-MANTISSA_MAX..=MANTISSA_MAX).contains(&mantissa);
        if !digits || !(EXPONENT_MIN..=EXPONENT_MAX).contains(&exponent) {
            return Err(ValueError::NumberRange);
        }
        let number = Number { mantissa, exponent, unit };
        match unit {
            Unit::DegreeTrue | Unit::DegreeMagnetic => {
                let full = 360 * 10i128.pow(6);
                let in_circle = (0..=full).contains(&number.millionths());
                if in_circle { Ok(number) } else { Err(ValueError::BearingRange) }
            }
            Unit::One if mantissa < 0 || exponent < 0 => Err(ValueError::CountRange),
            _ => Ok(number),
        }
    }

    /// The digits.
    pub fn mantissa(&self) -> i64 {
        self.mantissa
    }

    /// The power of ten, and the resolution.
    pub fn exponent(&self) -> i8 {
        self.exponent
    }

    /// The unit.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// The number in millionths of the dimension's base: exact, at most 10^36.
    pub(super) fn in_base(&self) -> i128 {
        self.millionths() * self.unit.scale() + self.unit.offset()
    }

    /// One unit of the last digit, in millionths of the dimension's base.
    pub(super) fn resolution_in_base(&self) -> i128 {
        power(self.exponent) * self.unit.scale()
    }

    /// The number in millionths of its unit: exact, at most 10^24.
    fn millionths(&self) -> i128 {
        i128::from(self.mantissa) * power(self.exponent)
    }
}

/// Millionths in one unit of the last digit.
pub(super) fn power(exponent: i8) -> i128 {
    10i128.pow((exponent - EXPONENT_MIN).unsigned_abs().into())
}
