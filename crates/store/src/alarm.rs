//! What fails again and again is said now and then.

use std::sync::Mutex;
use std::time::Instant;

use crate::limits;
use crate::lock::lock;

/// Decides whether something that keeps failing is worth a line of the log: the first time, and again only after
/// [`limits::ALARM_PAUSE`]. A full disk would otherwise be filled further by the complaint about it.
#[derive(Debug, Default)]
pub struct Alarm(Mutex<Option<Rung>>);

#[derive(Debug)]
struct Rung {
    at: Instant,
    /// Whether its end is still to be told.
    goes_on: bool,
}

impl Alarm {
    /// One that has not rung yet.
    pub const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// It failed: whether to say so.
    pub fn rings(&self) -> bool {
        let mut rung = lock(&self.0);
        let rings = rung.as_ref().is_none_or(|rung| rung.at.elapsed() >= limits::ALARM_PAUSE);
        if rings {
            *rung = Some(Rung { at: Instant::now(), goes_on: true });
        }
        rings
    }

    /// It works: whether to say that it does again. Told once for each time that it rang.
    pub fn ends(&self) -> bool {
        lock(&self.0).as_mut().is_some_and(|rung| std::mem::take(&mut rung.goes_on))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rings_once_and_ends_once() {
        let alarm = Alarm::new();
        assert!(!alarm.ends(), "nothing has failed");
        assert_eq!([alarm.rings(), alarm.rings(), alarm.rings()], [true, false, false]);
        assert_eq!([alarm.ends(), alarm.ends()], [true, false]);
        assert_eq!(
            [alarm.rings(), alarm.ends()],
            [false, false],
            "what comes and goes is not told each time"
        );
    }
}
