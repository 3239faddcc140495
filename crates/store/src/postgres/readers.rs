//! Connections for snapshots, lent to the thread that reads.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

use super::connection::{PgSql, Role};
use super::failure::{Next, unavailable};
use super::link::{Link, Target};
use crate::lock::{lock, wait};
use crate::{StoreError, limits};

/// At most `connections_max` connections; one more reader waits.
pub(super) struct Readers {
    target: Arc<Target>,
    connections_max: usize,
    state: Mutex<State>,
    back: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Link>,
    out: usize,
    closed: bool,
}

/// A lent connection; dropping it gives it back, also when the reader panicked.
struct Lent<'a> {
    readers: &'a Readers,
    link: Option<Link>,
}

impl Readers {
    pub(super) fn new(target: &Arc<Target>, connections_max: usize) -> Self {
        Self { target: Arc::clone(target), connections_max, state: Mutex::default(), back: Condvar::new() }
    }

    /// Runs `work` on a snapshot on this thread; again when the connection is lost. It has no effect, so that is safe.
    pub(super) fn read<T>(&self, mut work: impl FnMut(&mut PgSql) -> T) -> Result<T, StoreError> {
        let deadline = self.target.deadline(Instant::now());
        let mut lent = self.lend()?;
        let link = lent.link.as_mut().ok_or_else(|| unavailable("no connection"))?;
        let mut tries = 0;
        loop {
            let open = Open { link: &mut *link };
            let sql = open.link.connected(deadline)?;
            sql.begin_read();
            let result = work(sql);
            let failed = sql.failed.take();
            drop(open);
            let Some(failure) = failed else { return Ok(result) };
            tries += 1;
            if failure.next == Next::Answer || tries > limits::LOST_TRIES_MAX {
                return Err(failure.error);
            }
        }
    }

    /// Closes what is idle; what is lent is closed when it comes back.
    pub(super) fn close(&self) {
        let mut state = lock(&self.state);
        state.closed = true;
        state.idle.clear();
    }

    fn lend(&self) -> Result<Lent<'_>, StoreError> {
        let until = Instant::now() + limits::SNAPSHOT_AGE_MAX;
        let mut state = lock(&self.state);
        loop {
            if state.closed {
                return Err(unavailable("the store is stopping"));
            }
            if let Some(link) = state.idle.pop() {
                state.out += 1;
                return Ok(Lent { readers: self, link: Some(link) });
            }
            if state.out < self.connections_max {
                state.out += 1;
                return Ok(Lent { readers: self, link: Some(Link::new(&self.target, Role::Reader)) });
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(unavailable("all readers are busy"));
            }
            state = wait(&self.back, state, Some(left));
        }
    }
}

/// A snapshot that may be open; dropping it ends it, also when the reader panicked.
struct Open<'a> {
    link: &'a mut Link,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.link.end_read();
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.readers.state);
        state.out -= 1;
        if let Some(link) = self.link.take()
            && !state.closed
        {
            state.idle.push(link);
        }
        self.readers.back.notify_one();
    }
}
