//! Least, median and p99 of samples.

use std::time::Duration;

/// Samples of one quantity.
#[derive(Clone, Debug, Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// One more.
    pub fn add(&mut self, value: f64) {
        self.0.push(value);
    }

    /// One more, in milliseconds.
    pub fn add_ms(&mut self, time: Duration) {
        self.add(time.as_secs_f64() * 1e3);
    }

    /// The least.
    pub fn min(&self) -> f64 {
        self.quantile(0.0)
    }

    /// As many are below as above.
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// One in a hundred is above.
    pub fn p99(&self) -> f64 {
        self.quantile(0.99)
    }

    /// The greatest.
    pub fn max(&self) -> f64 {
        self.quantile(1.0)
    }

    /// The nearest sample at or above the given share; NaN without samples.
    fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        let index = (share * last as f64).ceil() as usize;
        sorted.get(index.min(last)).copied().unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn least_median_and_the_tail() {
        let mut samples = Samples::default();
        (1..=101).rev().for_each(|n| samples.add(f64::from(n)));
        assert_eq!(
            (samples.min(), samples.median(), samples.p99(), samples.max()),
            (1.0, 51.0, 100.0, 101.0)
        );
        assert!(Samples::default().median().is_nan());
    }
}
