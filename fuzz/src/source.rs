//! Choices taken from the fuzzer's bytes, front to back. Behind the end all choices are zero.

/// What is left of an input.
#[derive(Clone, Debug)]
pub struct Source<'a>(pub &'a [u8]);

impl<'a> Source<'a> {
    /// One byte.
    pub fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    /// Two bytes.
    pub fn two(&mut self) -> u16 {
        u16::from(self.byte()) << 8 | u16::from(self.byte())
    }

    /// Eight bytes.
    pub fn eight(&mut self) -> u64 {
        (0..8).fold(0, |number, _| number << 8 | u64::from(self.byte()))
    }

    /// Below `count`, which is not zero.
    pub fn below(&mut self, count: usize) -> usize {
        usize::from(self.byte()) % count
    }

    /// One of these.
    pub fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    /// Up to `len` bytes.
    pub fn take(&mut self, len: usize) -> &'a [u8] {
        let (head, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        head
    }

    /// As many bytes as the next two say, less than `below`.
    pub fn some(&mut self, below: usize) -> &'a [u8] {
        let len = usize::from(self.two()) % below;
        self.take(len)
    }

    /// An array, zeros behind the end.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        let bytes = self.take(N);
        out[..bytes.len()].copy_from_slice(bytes);
        out
    }

    /// Nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
