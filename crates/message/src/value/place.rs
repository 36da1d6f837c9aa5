//! Places on earth: WGS 84, in millionths of a degree, with the precision that the sender states.

use super::ValueError;

/// Coarsest precision of a place, in metres.
pub const PRECISION_MAX: u32 = 1_000_000;

const LATITUDE_MAX: i32 = 90_000_000;
const LONGITUDE_MAX: i32 = 180_000_000;

/// A place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    latitude: i32,
    longitude: i32,
    precision: u32,
}

impl Place {
    /// Latitude north and longitude east in millionths of a degree, precision in metres. Longitude -180 is written 180.
    pub fn new(latitude: i32, longitude: i32, precision: u32) -> Result<Place, ValueError> {
        let on_earth = (-LATITUDE_MAX..=LATITUDE_MAX).contains(&latitude)
            && longitude > -LONGITUDE_MAX
            && longitude <= LONGITUDE_MAX;
        if on_earth && (1..=PRECISION_MAX).contains(&precision) {
            Ok(Place { latitude, longitude, precision })
        } else {
            Err(ValueError::PlaceRange)
        }
    }

    /// Millionths of a degree, north positive.
    pub fn latitude(&self) -> i32 {
        self.latitude
    }

    /// Millionths of a degree, east positive.
    pub fn longitude(&self) -> i32 {
        self.longitude
    }

    /// Metres.
    pub fn precision(&self) -> u32 {
        self.precision
    }
}
