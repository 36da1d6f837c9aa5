//! The distance between two places, in whole numbers, so that it is the same on every machine.
//!
//! The earth is taken as a sphere on which a minute of arc is one nautical mile, 1 852 m. The half-angle formula
//! (haversine) is exact across the antimeridian and at the poles. Sines are sums of their series in fixed point, 18
//! decimals; the angle is found by bisection to 2 x 10^-8 degrees, 2 mm (beside the antipode, where sines are flat, to a
//! decimetre). Against the WGS 84 ellipsoid the sphere is
//! wrong by at most 0.6 %: about 1 m in the 0.1 NM within which two places count as the same.

use super::Place;

const ONE: i128 = 1_000_000_000_000_000_000;
const PI: i128 = 3_141_592_653_589_793_238;
/// Hundred-millionths of a degree: 10^8 make one.
const RIGHT_ANGLE: i128 = 90 * 100_000_000;

/// Metres in a nautical mile.
const NAUTICAL_MILE: i128 = 1852;

/// Millimetres between two places.
pub(super) fn millimetres(one: Place, other: Place) -> i128 {
    let latitudes = [one, other].map(|place| i128::from(place.latitude()));
    let longitude = (i128::from(one.longitude()) - i128::from(other.longitude())).abs();
    let longitude = longitude.min(360_000_000 - longitude);
    // Half a millionth of a degree is fifty of the units that sines take.
    let north = sine((latitudes[0] - latitudes[1]).abs() * 50);
    let cosines = latitudes.map(|latitude| sine(RIGHT_ANGLE - latitude.abs() * 100));
    let east = sine(longitude * 50) * (cosines[0] * cosines[1]).isqrt() / ONE;
    let half = arc((north * north + east * east).isqrt());
    // A degree has 60 minutes, each a nautical mile.
    2 * half * 60 * NAUTICAL_MILE * 1000 / 100_000_000
}

/// Sine of an angle of at most 90 degrees.
fn sine(angle: i128) -> i128 {
    let x = angle * PI / (2 * RIGHT_ANGLE);
    let square = x * x / ONE;
    let (mut sum, mut term, mut n) = (x, x, 1);
    // Each term is smaller than the one before, and soon below the last decimal.
    while term != 0 && n < 40 {
        term = -term * square / ONE / ((n + 1) * (n + 2));
        sum += term;
        n += 2;
    }
    sum
}

/// The angle of at most 90 degrees with this sine.
fn arc(y: i128) -> i128 {
    let (mut low, mut high) = (0, RIGHT_ANGLE);
    while low < high {
        let middle = (low + high + 1) / 2;
        if sine(middle) <= y {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sines_are_right_to_fifteen_decimals() {
        for (degrees, expected) in [
            (0, 0),
            (30, 500_000_000_000_000_000),
            (45, 707_106_781_186_547_524),
            (60, 866_025_403_784_438_646),
            (90, ONE),
        ] {
            let error = sine(degrees * 100_000_000) - expected;
            assert!(error.abs() < 1000, "{degrees}: {error}");
        }
        // sin(10^-6 degrees) is the angle itself to this precision: pi / 180 x 10^-6.
        assert_eq!(sine(100), 17_453_292_519);
    }

    #[test]
    fn an_arc_undoes_a_sine() {
        for angle in [0, 1, 50, 12_345, 4_500_000_000, 8_999_000_000] {
            assert!((arc(sine(angle)) - angle).abs() <= 1, "{angle}");
        }
        assert!((arc(ONE) - RIGHT_ANGLE).abs() <= 30);
    }
}
