//! All pages of a list.

use postroom_directory::DirectoryError;
use postroom_directory::limits::PAGE_ROWS_MAX;
use postroom_directory::page::{Page, PageRequest};
use postroom_store::{Place, Read, Store};

/// Rows that one command lists at most.
pub(crate) const ROWS_MAX: usize = 100_000;

/// Every row of a list in `place`, read page by page in snapshots of their own.
pub(crate) async fn all<T, F>(store: &Store, place: Place, list: F) -> Result<Vec<T>, DirectoryError>
where
    T: Send + 'static,
    F: Fn(&mut dyn Read, &PageRequest) -> Result<Page<T>, DirectoryError> + Clone + Send + 'static,
{
    let mut rows = Vec::new();
    let mut after = Some(Vec::new());
    while let Some(key) = after.take().filter(|_| rows.len() < ROWS_MAX) {
        let (list, request) = (list.clone(), PageRequest { after: key, rows_max: PAGE_ROWS_MAX });
        let page = store.read(place, move |read: &mut dyn Read| list(read, &request)).await?;
        rows.extend(page.rows);
        after = page.next;
    }
    Ok(rows)
}
