//! INV-23: what strangers send does not fill a side's memory.
//!
//! A counting allocator measures one side while it is fed; nothing else allocates meanwhile. Garbage may cost nothing
//! lasting, replays no more than the tables that the specification bounds (1,024 MACs, 4 kept answers).

use super::{Checker, Fact, name};

/// 1,024 MACs twice, in a queue and in a tree, and four answers with their sessions' windows, with room to spare.
const BOUND: usize = 256 * 1024;

/// See the module.
#[derive(Default)]
pub struct Memory {
    /// Growth by floods of each side since it was first measured.
    grown: [isize; 2],
}

impl Checker for Memory {
    fn id(&self) -> &'static str {
        "INV-23"
    }

    fn words(&self) -> &'static str {
        "what strangers send takes no more memory than fixed tables"
    }

    fn see(&mut self, fact: &Fact) -> Result<(), String> {
        match fact {
            Fact::Started { side, .. } => self.grown[*side] = 0,
            Fact::Flooded { side, datagrams, bytes: [before, after] } => {
                self.grown[*side] += *after as isize - *before as isize;
                if self.grown[*side] > BOUND as isize {
                    let grown = self.grown[*side];
                    return Err(format!(
                        "{} holds {grown} bytes more after floods; the last was of {datagrams} datagrams",
                        name(*side)
                    ));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::canary;
    use super::*;

    #[test]
    fn memory_that_grows_with_each_flood_is_caught() {
        let flood = Fact::Flooded { side: 0, datagrams: 1000, bytes: [1_000, 101_000] };
        let mut checker = Memory::default();
        canary::passes(&mut checker, &[flood.clone(), flood.clone()]);
        canary::fails(&mut checker, &flood);
    }
}
