//! Planted faults: a world that misbehaves in one way, which its checker must catch. Nothing else shows that a
//! checker can fail.

/// What is wrong with a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plant {
    /// Nothing: the product as it is.
    Nothing,
    /// A crash takes the newest own entry with it, although it was confirmed (INV-1, INV-4).
    DiskForgets,
    /// The disk says that a batch is durable before it is (INV-3).
    ConfirmsEarly,
    /// Each entry is told to the screens twice (INV-6).
    TellsTwice,
    /// A disk has an entry that its writer never wrote (INV-7).
    ForeignEntry,
    /// One direction lets no long datagram through, also when the faults have ended (INV-8).
    NeverHeals,
    /// A side seals a second cell with a counter that it used (INV-19).
    CounterUsedTwice,
    /// A replay reaches more than the endpoint: the disk is said to be full (INV-21).
    ReplayActs,
    /// What strangers send is kept (INV-23).
    KeepsGarbage,
    /// A jump of the wall clock is also a jump of the other clock (INV-24).
    ClockMovesTime,
    /// A side at rest is made to speak each second (INV-28).
    Chatters,
}
