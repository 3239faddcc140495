//! Reads that take long, and how they make way for the log.
//!
//! SQLite begins a log anew only while nobody reads what is in it. Reads that overlap all the time would let it grow for
//! ever, and a writer that waits for them holds everybody up. So who comes while the log is too long waits for those that
//! read, and the log is begun anew in between.

use std::sync::{Condvar, Mutex};

use crate::lock::{lock, wait};

/// The long reads of a file.
#[derive(Default)]
pub(super) struct LongReads {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    reads: usize,
    /// Those that may take minutes: nobody waits for them, and the log grows until they have ended.
    scans: usize,
    /// Whether the log is to be begun anew before the next read begins.
    stand_back: bool,
}

/// A read or a scan, until it is dropped.
pub(super) struct LongRead<'r> {
    of: &'r LongReads,
    is_scan: bool,
}

impl LongReads {
    /// Begins a read. If the log is to be begun anew, it waits until no other one runs and calls `begin_log_anew`, since
    /// perhaps nobody writes who would do it.
    pub(super) fn begin(&self, begin_log_anew: impl Fn()) -> LongRead<'_> {
        let mut state = lock(&self.state);
        while state.stand_back {
            if state.reads > 0 {
                state = wait(&self.changed, state, None);
                continue;
            }
            drop(state);
            begin_log_anew();
            state = lock(&self.state);
            // Once for each: what holds the log now is no long read.
            state.stand_back = false;
        }
        state.reads += 1;
        LongRead { of: self, is_scan: false }
    }

    /// Begins a scan, at once.
    pub(super) fn begin_scan(&self) -> LongRead<'_> {
        let mut state = lock(&self.state);
        state.scans += 1;
        state.stand_back = false;
        self.changed.notify_all();
        LongRead { of: self, is_scan: true }
    }

    /// Has reads that come wait; whether nobody reads for long, so that the log may be begun anew.
    pub(super) fn stand_back(&self) -> bool {
        let mut state = lock(&self.state);
        state.stand_back = state.scans == 0;
        state.reads + state.scans == 0
    }

    /// Whether reads stood back and none runs any more.
    pub(super) fn have_ended(&self) -> bool {
        let state = lock(&self.state);
        state.stand_back && state.reads == 0
    }

    /// A checkpoint has ended: unless reads still run, nobody needs to wait any more.
    pub(super) fn go_on(&self) {
        let mut state = lock(&self.state);
        state.stand_back &= state.reads > 0;
        self.changed.notify_all();
    }
}

impl Drop for LongRead<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.of.state);
        if self.is_scan {
            state.scans -= 1;
        } else {
            state.reads -= 1;
        }
        self.of.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn who_comes_while_the_log_is_long_waits_for_those_that_run() {
        let reads = LongReads::default();
        let (first, second) = (reads.begin(|| unreachable!()), reads.begin(|| unreachable!()));
        assert!(!reads.stand_back() && !reads.have_ended());
        // A checkpoint between the two.
        reads.go_on();
        let (tell, told) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                drop(reads.begin(|| tell.send("anew").unwrap()));
                tell.send("begun").unwrap();
            });
            drop(first);
            assert_eq!(told.recv_timeout(Duration::from_millis(20)), Err(mpsc::RecvTimeoutError::Timeout));
            drop(second);
            assert_eq!((told.recv(), told.recv()), (Ok("anew"), Ok("begun")));
        });
        assert!(!reads.have_ended());
        drop(reads.begin(|| unreachable!()));
    }

    #[test]
    fn nobody_waits_for_a_scan() {
        let reads = LongReads::default();
        let read = reads.begin(|| unreachable!());
        assert!(!reads.stand_back());
        let scan = reads.begin_scan();
        drop(reads.begin(|| unreachable!()));
        assert!(!reads.stand_back());
        drop(reads.begin(|| unreachable!()));
        drop((read, scan));
        assert!(reads.stand_back() && reads.have_ended());
        reads.go_on();
        assert!(!reads.have_ended());
        drop(reads.begin(|| unreachable!()));
    }
}
