//! As much of something as a mailbox has room for.

use std::ops::Range;

use postroom_mailbox::MailError;

/// Calls `store` with ranges of `0..count` in their order, each a transaction: all at once, and where the quota refuses
/// that, ever smaller ones. Answers what `store` did, and why not all was stored.
pub(super) fn while_there_is_room<T>(
    count: usize,
    mut store: impl FnMut(Range<usize>) -> Result<T, MailError>,
) -> (Vec<T>, Option<MailError>) {
    let (mut stored, mut at, mut most) = (Vec::new(), 0, count);
    while at < count {
        let now = at..count.min(at + most);
        match store(now.clone()) {
            Ok(answer) => {
                stored.push(answer);
                at = now.end;
            }
            // All of them are too much; the first half may not be.
            Err(MailError::QuotaExceeded { .. }) if most > 1 => most /= 2,
            Err(error) => return (stored, Some(error)),
        }
    }
    (stored, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_stored_from_the_first_on() {
        let full = MailError::QuotaExceeded { quota_bytes: 1 };
        for (count, room) in [(0, 0), (1, 0), (1, 1), (7, 3), (50, 49), (50, 50)] {
            let mut stored = 0;
            let (ranges, refusal) = while_there_is_room(count, |range| {
                assert_eq!(range.start, stored, "in their order");
                if range.end > room {
                    return Err(full.clone());
                }
                stored = range.end;
                Ok(range.len())
            });
            assert_eq!((ranges.iter().sum::<usize>(), stored), (room, room), "{count} {room}");
            assert_eq!(refusal, (room < count).then(|| full.clone()));
        }
    }

    #[test]
    fn what_is_refused_otherwise_is_not_tried_again() {
        let (stored, refusal) = while_there_is_room::<()>(8, |range| {
            assert_eq!(range, 0..8);
            Err(MailError::FolderNotFound)
        });
        assert_eq!((stored.len(), refusal), (0, Some(MailError::FolderNotFound)));
    }
}
