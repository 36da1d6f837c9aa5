//! What befalls the sides: arrivals, crashes, cuts, full disks, clock jumps, strangers.

use std::rc::Rc;
use std::time::Duration;

use ringdown_line::{CarrierId, Input, Output};

use crate::adversary::Recorded;
use crate::checkers::Fact;
use crate::drive::last;
use crate::faults::{Fault, Strange};
use crate::node::side_of;
use crate::plant::Plant;
use crate::swarm::Every;
use crate::trace::What;
use crate::wire::Class;
use crate::world::World;

/// Datagrams of a flood.
const FLOOD: usize = 600;

/// Something that happens at a time.
pub enum Happening {
    /// A datagram arrives.
    Arrive(Arrival),
    /// A person of a side acts.
    Person(usize),
    /// A side stops in some way.
    Stop(usize),
    /// A side crashes while a batch is under way, in this run.
    CrashWriting(usize, u64),
    /// It starts again.
    Start(usize),
    /// What some sides send is cut, or let through.
    Cut([bool; 2], bool),
    /// A carrier of a side can send, or not.
    Carrier(usize, usize, bool),
    /// A side's disk is full, or not.
    Full(usize, bool),
    /// A side's wall clock steps.
    ClockJump(usize),
    /// A stranger sends garbage.
    Garbage,
    /// A stranger replays.
    Replays,
    /// Strangers flood a side, and its memory is measured.
    Flood,
    /// Planted: a side speaks for no reason.
    Chatter,
}

/// A datagram at its receiver.
pub enum Arrival {
    /// As it was sent.
    Genuine(Recorded),
    /// Damaged on the way.
    Damaged {
        /// To whom.
        to: usize,
        /// On which carrier.
        carrier: u8,
        /// What is left of it.
        bytes: Rc<[u8]>,
    },
}

impl World {
    /// Plans the first of everything that the plan has.
    pub(crate) fn schedule_all(&mut self) {
        for side in 0..2 {
            let pause = self.nodes[side].people.pause();
            self.schedule(pause, Happening::Person(side));
            let machine = self.plan.machines[side];
            self.schedule_next(machine.crashes.map(|every| every.mean), Happening::Stop(side));
            self.schedule_next(machine.full.map(|every| every.mean), Happening::Full(side, true));
            self.plan_clock_jump(side);
        }
        self.plan_cut();
        self.plan_carrier_flap();
        self.schedule_next(self.plan.garbage.map(|(mean, _)| mean), Happening::Garbage);
        self.schedule_next(self.plan.replays.map(|(mean, _)| mean), Happening::Replays);
        self.schedule_next(self.plan.floods.filter(|_| self.meter.is_some()), Happening::Flood);
    }

    fn schedule_next(&mut self, mean: Option<Duration>, happening: Happening) {
        if let Some(mean) = mean {
            let after = self.chaos.around(mean);
            self.schedule(after, happening);
        }
    }

    fn plan_clock_jump(&mut self, side: usize) {
        if let Some(mean) = self.plan.machines[side].clock {
            let after = self.clocks.around(mean);
            self.schedule(after, Happening::ClockJump(side));
        }
    }

    fn plan_cut(&mut self) {
        if let Some(every) = self.plan.cuts {
            let who = self.chaos.pick(&[[true, true], [true, true], [true, false], [false, true]]);
            self.schedule_next(Some(every.mean), Happening::Cut(who, true));
        }
    }

    fn plan_carrier_flap(&mut self) {
        if let Some(every) = self.plan.carrier_flaps {
            let side = self.chaos.below(2) as usize;
            let carrier = self.chaos.below(u64::from(self.plan.carriers)) as usize;
            self.schedule_next(Some(every.mean), Happening::Carrier(side, carrier, false));
        }
    }

    /// It happens.
    pub(crate) fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Arrive(arrival) => self.arrive(arrival),
            Happening::Person(side) => self.person(side),
            Happening::Stop(side) => self.stop(side),
            Happening::CrashWriting(side, run) => {
                if self.nodes[side].endpoint.is_some() && self.nodes[side].run == run {
                    self.crash(side, Fault::Crash);
                }
            }
            Happening::Start(side) => self.start(side),
            Happening::Cut(who, cut) => self.set_cut(who, cut),
            Happening::Carrier(side, carrier, up) => self.flap(side, carrier, up),
            Happening::Full(side, full) => {
                if full {
                    self.counts.fault(Fault::DiskFull);
                    let every = self.plan.machines[side].full.unwrap_or(NEVER);
                    self.schedule_next(Some(every.length), Happening::Full(side, false));
                } else {
                    let every = self.plan.machines[side].full;
                    self.schedule_next(every.map(|every| every.mean), Happening::Full(side, true));
                }
                self.set_full(side, full);
            }
            Happening::ClockJump(side) => self.clock_jump(side),
            Happening::Garbage => self.garbage(),
            Happening::Replays => self.replays(),
            Happening::Flood => self.flood(),
            Happening::Chatter => {
                self.give(0, Input::CarrierUp(CarrierId(1)));
                self.schedule(Duration::from_secs(1), Happening::Chatter);
            }
        }
    }

    fn arrive(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Genuine(recorded) => {
                let to = 1 - recorded.from;
                let refused = |world: &World| {
                    world.nodes[to].endpoint.as_ref().map(|endpoint| endpoint.refused_cells())
                };
                let Some(before) = refused(self) else { return };
                let answers = self.nodes[to].answers;
                self.deliver(to, recorded.carrier, &recorded.bytes);
                let answered = self.nodes[to].answers > answers;
                let opened = refused(self) == Some(before);
                // A message 1 that finds no budget is not remembered, and its repeat is as good as the first.
                if opened && (recorded.class != Class::Message1 || answered) {
                    recorded.opened_in.set(self.nodes[to].run);
                }
                self.note(
                    Some(to),
                    What::Arrive(recorded.bytes.len(), recorded.carrier, !opened),
                    last(&recorded.bytes),
                );
            }
            Arrival::Damaged { to, carrier, bytes } => {
                self.note(Some(to), What::Arrive(bytes.len(), carrier, true), last(&bytes));
                self.deliver(to, carrier, &bytes);
            }
        }
    }

    fn deliver(&mut self, to: usize, carrier: u8, bytes: &[u8]) {
        self.give(to, Input::Received { carrier: CarrierId(carrier), bytes });
    }

    fn stop(&mut self, side: usize) {
        if self.nodes[side].endpoint.is_none() {
            return;
        }
        let machine = self.plan.machines[side];
        if self.chaos.chance(machine.orderly) && !self.nodes[side].disk.full {
            self.counts.fault(Fault::Stop);
            self.give(side, Input::Leaving);
            for batch in self.nodes[side].disk.close() {
                self.durable(side, &batch);
            }
            self.down(side, "in order");
        } else if self.chaos.chance(machine.writing) {
            self.nodes[side].crash_writing = true;
        } else if self.chaos.chance(machine.inside) {
            self.nodes[side].crash_in = Some(self.chaos.below(6));
        } else {
            self.crash(side, Fault::Crash);
        }
    }

    /// As by kill -9.
    pub(crate) fn crash(&mut self, side: usize, fault: Fault) {
        self.counts.fault(fault);
        let remains = self.nodes[side].disk.crash(&mut self.disks);
        if !remains.kept.is_empty() && !remains.lost.is_empty() {
            self.counts.fault(Fault::TornWrite);
        }
        for batch in &remains.kept {
            self.counts.fault(Fault::UnconfirmedWrite);
            self.durable(side, batch);
        }
        for batch in &remains.lost {
            self.counts.fault(Fault::LostWrite);
            self.note(Some(side), What::Lost(batch.id.0), [0; 4]);
        }
        if self.plant == Plant::DiskForgets {
            self.nodes[side].disk.forget_newest(side_of(side));
        }
        self.down(side, if fault == Fault::Crash { "crash" } else { "crash between outputs" });
    }

    fn down(&mut self, side: usize, how: &'static str) {
        self.note(Some(side), What::Stop(how), [0; 4]);
        self.nodes[side].gone();
        let every = self.plan.machines[side].crashes.unwrap_or(NEVER);
        let downtime = self.chaos.around(every.length);
        self.schedule(downtime, Happening::Start(side));
        let next = self.chaos.around(every.mean);
        self.schedule(downtime + next, Happening::Stop(side));
    }

    fn set_cut(&mut self, who: [bool; 2], cut: bool) {
        for side in (0..2).filter(|side| who[*side]) {
            self.network.cut(side, cut);
            self.note(Some(side), What::Cut(cut), [0; 4]);
        }
        match self.plan.cuts {
            Some(every) if cut => self.schedule_next(Some(every.length), Happening::Cut(who, false)),
            _ => self.plan_cut(),
        }
    }

    fn flap(&mut self, side: usize, carrier: usize, up: bool) {
        self.set_carrier(side, carrier, up);
        match self.plan.carrier_flaps {
            Some(every) if !up => {
                self.counts.fault(Fault::CarrierDown);
                self.schedule_next(Some(every.length), Happening::Carrier(side, carrier, true));
            }
            _ => self.plan_carrier_flap(),
        }
    }

    /// A carrier of a side can send, or not.
    pub(crate) fn set_carrier(&mut self, side: usize, carrier: usize, up: bool) {
        if std::mem::replace(&mut self.nodes[side].usable[carrier], up) == up {
            return;
        }
        let id = CarrierId(carrier as u8 + 1);
        self.note(Some(side), What::Carrier(id.0, up), [0; 4]);
        self.give(side, if up { Input::CarrierUp(id) } else { Input::CarrierDown(id) });
    }

    /// The disk of a side takes nothing, or takes again.
    pub(crate) fn set_full(&mut self, side: usize, full: bool) {
        let disk = &mut self.nodes[side].disk;
        disk.full = full;
        if !full && std::mem::take(&mut disk.told) {
            self.note(Some(side), What::Writable(true), [0; 4]);
            self.give(side, Input::StoreWritable(true));
        }
    }

    fn clock_jump(&mut self, side: usize) {
        self.counts.fault(Fault::ClockJump);
        self.clock.jump(side, &mut self.clocks);
        if self.plant == Plant::ClockMovesTime {
            self.clock.now = self.clock.now + Duration::from_millis(700);
        }
        self.plan_clock_jump(side);
    }

    fn garbage(&mut self) {
        let Some((mean, most)) = self.plan.garbage else { return };
        for _ in 0..1 + self.adversary.below(most) {
            let bytes = self.adversary.garbage();
            let to = self.adversary.below(2) as usize;
            let carrier = 1 + self.adversary.below(u64::from(self.plan.carriers)) as u8;
            self.strange(to, carrier, &bytes, Strange::Garbage, None);
        }
        self.schedule_next(Some(mean), Happening::Garbage);
    }

    fn replays(&mut self) {
        let Some((mean, most)) = self.plan.replays else { return };
        for _ in 0..1 + self.adversary.below(most) {
            let Some((recorded, to, kind)) = self.adversary.replay() else { break };
            let carrier = 1 + self.adversary.below(u64::from(self.plan.carriers)) as u8;
            if self.is_replay(&recorded, to, carrier) {
                self.strange(to, carrier, &recorded.bytes, kind, Some(recorded.class));
            } else {
                self.counts.fault(Fault::Delay);
                self.arrive(Arrival::Genuine(recorded));
            }
        }
        self.schedule_next(Some(mean), Happening::Replays);
    }

    /// False if it is a late delivery: its receiver could take it as genuine, and has not had it.
    fn is_replay(&self, recorded: &Recorded, to: usize, carrier: u8) -> bool {
        let node = &self.nodes[to];
        let reflected = to == recorded.from;
        let spent = recorded.opened_in.get() == node.run;
        match recorded.class {
            _ if reflected => true,
            Class::Message1 => spent || recorded.carries.iter().all(|end| node.held.contains(end)),
            Class::Message2 => spent || recorded.to_run != node.run,
            Class::Cell { .. } => spent || recorded.to_run != node.run || carrier != recorded.carrier,
        }
    }

    /// One datagram of a stranger, with a look at the side before and after.
    fn strange(&mut self, to: usize, carrier: u8, bytes: &[u8], kind: Strange, class: Option<Class>) {
        // What is due anyway is done before, so that it is not the stranger's doing.
        self.give(to, Input::Timeout);
        let (Some(before), None) = (self.nodes[to].view(), &self.violation) else { return };
        self.counts.strange(kind);
        self.note(Some(to), What::Strange(kind.name(), bytes.len()), last(bytes));
        let crash_in = self.nodes[to].crash_in.take();
        self.nodes[to].capture = Some(Vec::new());
        let answers = self.nodes[to].answers;
        self.deliver(to, carrier, bytes);
        if self.plant == Plant::ReplayActs && kind == Strange::Replay {
            self.give(to, Input::StoreWritable(false));
        }
        if self.plant == Plant::CounterUsedTwice && kind == Strange::Replay {
            self.forge_cell(to);
        }
        let did = self.nodes[to].capture.take().unwrap_or_default();
        let answers = (self.nodes[to].answers - answers) as usize;
        self.nodes[to].crash_in = crash_in;
        let Some(after) = self.nodes[to].view() else { return };
        let views = Box::new([before, after]);
        self.fact(Fact::Strange { side: to, kind, class, views, did, answers });
    }

    fn forge_cell(&mut self, side: usize) {
        let Some(bytes) = self.wire.forge(side, 1, 0, &[0, 0, 9, 0, 0]) else { return };
        let Ok(seen) = self.wire.read(side, 1, &bytes) else { return };
        let (class, payload) = (seen.class, seen.payload);
        self.fact(Fact::Sent { side, carrier: 1, class, bytes, payload, at_rest: false });
    }

    /// Garbage and spent cells at once, with a look at the memory before and after. Nobody may answer any of it.
    fn flood(&mut self) {
        let side = self.adversary.below(2) as usize;
        let datagrams: Vec<Vec<u8>> = (0..FLOOD).map(|_| self.adversary.garbage()).collect();
        let now = self.clock.of(side);
        let (Some(meter), Some(endpoint)) = (self.meter, &mut self.nodes[side].endpoint) else {
            return self.schedule_next(self.plan.floods, Happening::Flood);
        };
        endpoint.handle(now, Input::Timeout);
        self.drain(side);
        let node = &mut self.nodes[side];
        let Some(endpoint) = &mut node.endpoint else { return };
        let before = meter();
        let mut outputs = 0;
        for bytes in &datagrams {
            endpoint.handle(now, Input::Received { carrier: CarrierId(1), bytes });
            while !matches!(endpoint.poll(), Output::Timeout(_)) {
                outputs += 1;
            }
            if self.plant == Plant::KeepsGarbage {
                node.hoard.push(bytes.clone());
            }
        }
        let after = meter();
        for _ in 0..FLOOD {
            self.counts.strange(Strange::Garbage);
        }
        self.note(Some(side), What::Strange("flood", FLOOD), [0; 4]);
        if outputs > 0 {
            let views = self.nodes[side].view().map(|view| Box::new([view.clone(), view]));
            let did = vec![format!("{outputs} outputs in a flood")];
            if let Some(views) = views {
                let kind = Strange::Garbage;
                self.fact(Fact::Strange { side, kind, class: None, views, did, answers: 0 });
            }
        }
        self.fact(Fact::Flooded { side, datagrams: FLOOD, bytes: [before, after] });
        self.schedule_next(self.plan.floods, Happening::Flood);
    }
}

/// For what was drawn without a plan, which only a planted fault does.
const NEVER: Every = Every { mean: Duration::from_secs(3600), length: Duration::from_secs(5) };
