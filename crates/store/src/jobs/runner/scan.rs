//! One look at everything that may be due.

use std::sync::Arc;

use postroom_types::{OrganizationKey, Timestamp};
use tokio::task::JoinSet;

use super::Shared;
use super::execute::execute;
use crate::jobs::{Hint, Kind, ahead, due_page, expire_leases, hints, lease_due, next_due, settle};
use crate::{Place, Read, StoreError, Tx, limits};

/// What a look found.
pub(super) struct Scanned {
    /// Jobs taken.
    pub(super) started: usize,
    /// Whether it ended because enough handlers run.
    pub(super) full: bool,
}

/// How a visit to a place ended.
enum Visit {
    /// Nothing more is due there.
    Idle(usize),
    /// More may be due, it is the next place's turn.
    More(usize),
    /// Enough handlers run.
    Full(usize),
}

impl Shared {
    /// Says that the jobs of `place` cannot be taken: of what is away or full, which is tried again soon, now and then.
    fn cannot_take(&self, place: Place, error: &StoreError) {
        if !matches!(error, StoreError::Unavailable { .. }) || self.away.rings() {
            tracing::warn!(?place, %error, "jobs of an organization cannot be taken");
        }
    }

    /// Takes due jobs as long as handlers may run: in the directory, where this process was told, where hints point.
    pub(super) async fn scan(self: &Arc<Self>, tasks: &mut JoinSet<()>) -> Result<Scanned, StoreError> {
        let mut started = 0;
        let mut told = self.jobs.take_told();
        told.insert(Place::Directory);
        while let Some(place) = told.pop_first() {
            match self.visit(place, tasks).await {
                Ok(Visit::Idle(count) | Visit::More(count)) => started += count,
                Ok(Visit::Full(count)) => {
                    // Those who told are served first when a handler ends.
                    told.insert(place);
                    self.jobs.put_back_told(told);
                    return Ok(Scanned { started: started + count, full: true });
                }
                Err(error) if place == Place::Directory => return Err(error),
                Err(error) => self.cannot_take(place, &error),
            }
        }
        let mut last: Option<Hint> = None;
        let now = self.store().clock().now();
        for _ in 0..limits::HINT_PAGES_PER_LOOK {
            let hints = self.hints(last.clone(), now).await?;
            let Some(newest) = hints.last() else { break };
            last = Some(newest.clone());
            for hints in hints.chunk_by(|one, other| one.organization == other.organization) {
                let (count, full) = self.follow(hints, tasks).await?;
                started += count;
                if full {
                    return Ok(Scanned { started, full });
                }
            }
        }
        Ok(Scanned { started, full: false })
    }

    /// Visits the organization of `hints` (all of one) and says in the directory what was found.
    async fn follow(
        self: &Arc<Self>,
        hints: &[Hint],
        tasks: &mut JoinSet<()>,
    ) -> Result<(usize, bool), StoreError> {
        let Some(organization) = hints.first().map(|hint| hint.organization) else { return Ok((0, false)) };
        let known: Vec<(Hint, Kind)> = hints.iter().filter_map(|hint| self.known(hint)).collect();
        if known.is_empty() {
            return Ok((0, false));
        }
        let visited = self.visit(Place::Organization(organization), tasks).await;
        let found = match &visited {
            Ok(_) => self.next_of(organization, known.clone()).await,
            // Nothing is there that could be due: the announcement goes as one of a job that never came.
            Err(_) if self.is_gone(organization) => {
                Ok(known.iter().map(|(hint, _)| (hint.clone(), None)).collect())
            }
            Err(error) => Err(error.clone()),
        };
        let found = found.unwrap_or_else(|error| {
            self.cannot_take(Place::Organization(organization), &error);
            let pause = match error {
                StoreError::Impaired(_) => limits::HINT_PAUSE_MAX,
                _ => limits::HINT_PAUSE_UNAVAILABLE,
            };
            let later = self.store().clock().now().plus(pause);
            known.into_iter().map(|(hint, _)| (hint, Some(later))).collect()
        });
        self.settle_hints(found).await?;
        Ok(match visited {
            Ok(Visit::Idle(count) | Visit::More(count)) => (count, false),
            Ok(Visit::Full(count)) => (count, true),
            Err(_) => (0, false),
        })
    }

    /// Whether the place of the organization is known not to be there: it was removed while a job announced its next
    /// turn. Where all places share the tables it is never a place that is missing.
    fn is_gone(&self, organization: OrganizationKey) -> bool {
        let store = self.store();
        store.is_embedded() && store.organizations().is_ok_and(|there| !there.contains(&organization))
    }

    async fn settle_hints(&self, mut found: Vec<(Hint, Option<Timestamp>)>) -> Result<(), StoreError> {
        found.retain(|(hint, next)| *next != Some(hint.due_at));
        if found.is_empty() {
            return Ok(());
        }
        let settle_all =
            move |tx: &mut Tx<'_>| found.iter().try_for_each(|(hint, next)| settle(tx, hint, *next));
        self.store().write(Place::Directory, settle_all).await
    }

    fn known(&self, hint: &Hint) -> Option<(Hint, Kind)> {
        let kind = self.kinds.iter().find(|kind| kind.as_str() == hint.kind)?;
        Some((hint.clone(), *kind))
    }

    /// When the next job of each hint's kind is due.
    async fn next_of(
        &self,
        organization: OrganizationKey,
        hints: Vec<(Hint, Kind)>,
    ) -> Result<Vec<(Hint, Option<Timestamp>)>, StoreError> {
        let place = Place::Organization(organization);
        let next = move |read: &mut dyn Read| {
            let next = hints.iter().map(|(hint, kind)| Ok((hint.clone(), next_due(read, place, *kind)?)));
            next.collect::<Result<Vec<_>, StoreError>>()
        };
        self.store().read(place, next).await
    }

    /// Takes a few due jobs of `place` and starts their handlers.
    async fn visit(self: &Arc<Self>, place: Place, tasks: &mut JoinSet<()>) -> Result<Visit, StoreError> {
        for count in 0..limits::JOBS_PER_VISIT {
            let kinds = self.free_kinds();
            let next = self.next_at(place, kinds.clone()).await?;
            if next.is_none_or(|next| next > self.store().clock().now()) {
                return Ok(Visit::Idle(count));
            }
            let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else {
                return Ok(Visit::Full(count));
            };
            let until = self.lease_end();
            let leased: Result<_, StoreError> =
                self.store().write(place, move |tx| lease_due(tx, &kinds, until)).await;
            let Some(leased) = leased? else { return Ok(Visit::Idle(count)) };
            let Some(registered) = self.handlers.get(leased.lease.kind.as_str()) else { continue };
            // Only this loop takes permits, so one that was free a moment ago is.
            let Ok(of_kind) = Arc::clone(&registered.permits).acquire_owned().await else { continue };
            tasks.spawn(execute(Arc::clone(self), leased, [permit, of_kind]));
        }
        Ok(Visit::More(limits::JOBS_PER_VISIT))
    }

    /// The kinds of which one more may run.
    fn free_kinds(&self) -> Vec<Kind> {
        let free = |kind: &Kind| {
            self.handlers
                .get(kind.as_str())
                .is_some_and(|registered| registered.permits.available_permits() > 0)
        };
        self.kinds.iter().copied().filter(free).collect()
    }

    /// When the next job of one of `kinds` is due at `place`: a look that writes nothing.
    async fn next_at(&self, place: Place, kinds: Vec<Kind>) -> Result<Option<Timestamp>, StoreError> {
        let next = move |read: &mut dyn Read| {
            let mut earliest: Option<Timestamp> = None;
            for kind in &kinds {
                let next = next_due(read, place, *kind)?;
                earliest = earliest.into_iter().chain(next).min();
            }
            Ok::<_, StoreError>(earliest)
        };
        self.store().read(place, next).await
    }

    /// When to look again if nobody tells us: the next job in the directory or the next hint.
    pub(super) async fn next_look(&self) -> Result<Option<Timestamp>, StoreError> {
        let now = self.store().clock().now();
        let directory = self.next_at(Place::Directory, self.free_kinds()).await?;
        let hint: Result<_, StoreError> =
            self.store().read(Place::Directory, move |read| hints::next_hint(read, now)).await;
        Ok(directory.into_iter().chain(hint?).min())
    }

    pub(super) fn lease_end(&self) -> Timestamp {
        self.store().clock().now().plus(self.options.lease)
    }

    async fn hints(&self, after: Option<Hint>, until: Timestamp) -> Result<Vec<Hint>, StoreError> {
        let page = move |read: &mut dyn Read| due_page(read, until, after.as_ref(), limits::HINTS_PAGE);
        self.store().read(Place::Directory, page).await
    }

    /// Has jobs of a time that has not come wait no longer for it.
    pub(super) async fn bring_forward(&self) -> Result<(), StoreError> {
        let time = self.lease_end().plus(limits::CLOCKS_APART_MAX);
        for place in ahead::bring_forward(self.store(), time).await? {
            tracing::warn!(?place, "jobs of a time that has not come were there: the clock was set back");
            self.jobs.tell(place);
        }
        Ok(())
    }

    /// Ends the leases that a dead process left, in the directory and wherever a lease may last.
    ///
    /// A hint is never later than the end of a lease, so organizations whose hints come later hold none.
    pub(super) async fn end_old_leases(&self) -> Result<(), StoreError> {
        let expire = |place| self.store().write::<u64, StoreError, _>(place, expire_leases);
        expire(Place::Directory).await?;
        let until = self.lease_end();
        let mut last: Option<Hint> = None;
        loop {
            let hints = self.hints(last.clone(), until).await?;
            let Some(newest) = hints.last() else { return Ok(()) };
            last = Some(newest.clone());
            for hint in hints {
                let place = Place::Organization(hint.organization);
                match expire(place).await {
                    Ok(0) => {}
                    Ok(_) => self.jobs.tell(place),
                    Err(error) => tracing::warn!(?place, %error, "old leases cannot be ended"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::{Announcement, Jobs, KindOptions, Runner, RunnerOptions, enqueue};
    use crate::testing::{TestStore, block_on};

    #[test]
    fn a_runner_with_no_room_waits_for_a_handler_and_does_not_wake_itself() {
        const KIND: Kind = Kind::new("test.work");
        let store = TestStore::embedded(vec![]);
        block_on(async {
            let jobs = Jobs::new(crate::Store::clone(&store));
            let announced = Announcement::in_directory(KIND, store.clock().now());
            let enqueue_two = move |tx: &mut Tx<'_>| {
                enqueue(tx, &announced, None, b"")?;
                enqueue(tx, &announced, None, b"").map(drop)
            };
            store.write::<_, StoreError, _>(Place::Directory, enqueue_two).await.expect("written");
            let options = RunnerOptions { concurrency: 1, ..RunnerOptions::default() };
            let runner =
                Runner::new(&jobs, options).kind(KIND, KindOptions::default(), |_| std::future::pending());
            let mut tasks = JoinSet::new();
            let scanned = runner.shared.scan(&mut tasks).await.expect("the store answers");
            assert!(scanned.full && scanned.started == 1);
            tokio::select! {
                biased;
                () = jobs.told() => unreachable!("it woke itself"),
                () = tokio::task::yield_now() => {}
            }
            assert!(jobs.take_told().contains(&Place::Directory), "the directory is looked at next");
        });
    }
}
