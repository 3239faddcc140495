//! An archive into a place.

use std::sync::Arc;

use super::archive::{Archive, Part, kind};
use super::dump::{tables, versions};
use super::{BackupError, Counts};
use crate::seal::{self, Keyring};
use crate::{Parameter, Place, Row, Store, StoreError, Value};

/// Rows in one transaction of a load.
const SLICE_ROWS_MAX: usize = 500;
/// Bytes of values in one transaction of a load.
const SLICE_BYTES_MAX: usize = 4 << 20;

/// Rows of one table that go into one transaction.
#[derive(Default)]
struct Slice {
    insert: String,
    table: String,
    rows: Vec<Row>,
    bytes: usize,
}

impl Archive {
    /// Loads every row into `place`, which must be empty; rows of an organization get the place's number, and data keys
    /// are wrapped by the master key of `keyring`.
    ///
    /// The archive is read once before anything is written. Written in slices: the caller makes the place known to
    /// others only when this has ended well, and removes it when not. Blocks; call it on a thread that may.
    pub fn load(&self, store: &Store, keyring: &Keyring, place: Place) -> Result<Counts, BackupError> {
        self.load_while(store, keyring, place, &mut || Ok(()))
    }

    /// As [`Archive::load`], and calls `goes_on` after every slice that is written; its error ends the load.
    pub fn load_while(
        &self,
        store: &Store,
        keyring: &Keyring,
        place: Place,
        goes_on: &mut dyn FnMut() -> Result<(), StoreError>,
    ) -> Result<Counts, BackupError> {
        self.check(store, place)?;
        self.verify()?;
        keyring.forget(place);
        let known = tables(store.modules(), place);
        let mut slice = Slice::default();
        let blobs = store.blobs();
        let counts = self.each(|part| {
            let (table, columns, mut row) = match part {
                Part::Row(table, columns, row) => (table, columns, row),
                Part::Blob(id, bytes) => {
                    let Place::Organization(key) = place else {
                        return Err(BackupError::Damaged("the directory has a blob".to_owned()));
                    };
                    blobs.put_blocking(key, id, &bytes)?;
                    return goes_on().map_err(BackupError::from);
                }
            };
            if slice.table != table {
                slice.write(store, place)?;
                if !known.iter().any(|known| known.name == table) {
                    return Err(BackupError::Damaged(format!(
                        "it has a table {table} that is not known here"
                    )));
                }
                slice.begin(table, columns)?;
            }
            if let Place::Organization(key) = place
                && let Some(at) = columns.iter().position(|column| column == "organization")
            {
                row.0[at] = Value::Integer(key.0);
            }
            if table == seal::TABLE {
                self.wrap_anew(store, keyring, place, columns, &mut row)?;
            }
            slice.bytes += row.0.iter().map(size).sum::<usize>();
            slice.rows.push(row);
            if slice.rows.len() >= SLICE_ROWS_MAX || slice.bytes >= SLICE_BYTES_MAX {
                slice.write(store, place)?;
                goes_on()?;
            }
            Ok(())
        })?;
        slice.write(store, place)?;
        Ok(counts)
    }

    /// Gives the data key in `row` to the store's own master key, when the archive was made under another one.
    fn wrap_anew(
        &self,
        store: &Store,
        keyring: &Keyring,
        place: Place,
        columns: &[String],
        row: &mut Row,
    ) -> Result<(), BackupError> {
        let master = keyring.shared_master();
        if Arc::ptr_eq(&master, &self.master) {
            return Ok(());
        }
        let wrapped = columns.iter().position(|column| column == "wrapped").and_then(|at| row.0.get_mut(at));
        let Some(Value::Bytes(wrapped)) = wrapped else {
            return Err(BackupError::Damaged("a data key has no bytes".to_owned()));
        };
        let context = seal::context(place);
        let key = self.master.unwrap(&context, wrapped)?;
        *wrapped = master.wrap(store.random().as_ref(), &context, &key)?;
        Ok(())
    }

    /// Whether the archive is of such a place, and of this program's schema.
    pub fn check(&self, store: &Store, place: Place) -> Result<(), BackupError> {
        if self.header.kind != kind(place) {
            let (is, wanted) = (&self.header.kind, kind(place));
            return Err(BackupError::Kind(format!("it is of the kind '{is}', not '{wanted}'")));
        }
        let ours = versions(store.modules(), place);
        if self.header.versions == ours {
            return Ok(());
        }
        let theirs = &self.header.versions;
        let differs = |name: &&String| theirs.get(*name) != ours.get(*name);
        let names: Vec<&str> = theirs.keys().chain(ours.keys()).filter(differs).map(String::as_str).collect();
        Err(BackupError::Version(format!(
            "the schema of {} differs; restore it with the Postroom that wrote it, then upgrade",
            names.join(", ")
        )))
    }
}

impl Slice {
    fn begin(&mut self, table: &str, columns: &[String]) -> Result<(), BackupError> {
        let plain = |name: &String| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        if !columns.iter().all(plain) {
            return Err(BackupError::Damaged(format!("a column of {table} has an impossible name")));
        }
        let values: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
        self.insert = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), values.join(", "));
        table.clone_into(&mut self.table);
        Ok(())
    }

    fn write(&mut self, store: &Store, place: Place) -> Result<(), BackupError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let (insert, rows) = (Arc::new(self.insert.clone()), Arc::new(std::mem::take(&mut self.rows)));
        self.bytes = 0;
        store.write_blocking(place, move |tx| {
            rows.iter().try_for_each(|row| {
                let parameters: Vec<Parameter<'_>> = row.0.iter().map(Parameter::from).collect();
                tx.execute_text(&insert, &parameters).map(drop)
            })
        })?;
        Ok::<(), StoreError>(()).map_err(BackupError::from)
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Integer(_) => 8,
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
    }
}
