//! What `fsck` checks of blobs: that every one that a body names is there and opens, and which ones nothing names.

use std::collections::VecDeque;

use postroom_directory::fsck::Look;
use postroom_store::blobs::{BlobId, Blobs, Found};
use postroom_store::fsck::Finding;
use postroom_store::seal::DataKey;
use postroom_store::{Place, Store, StoreError, parameters};
use postroom_types::OrganizationKey;

use crate::blobs::{is_unnamed, remove, unnamed};
use crate::sql::blobs as sql;
use crate::{MailError, MailboxKey, SealedBody, limits};

/// Bodies that are looked at in one snapshot.
const PAGE: i64 = 500;
/// Blobs that are read whole unless all are.
const SAMPLE: usize = 20;

/// A body that is a blob.
struct Named {
    mailbox: i64,
    content: i64,
    /// As its row says it.
    name: Vec<u8>,
}

impl Named {
    /// `None` when no blob is called so.
    fn id(&self) -> Option<BlobId> {
        BlobId::from_bytes(&self.name)
    }
}

/// Goes through the blobs of `organization`; with `key`, opens some of them, or all. Removes what is old and named by
/// nothing when that is asked for. Blocks.
pub fn check_blobs(
    store: &Store,
    organization: OrganizationKey,
    key: Option<&DataKey>,
    look: Look,
) -> Result<Vec<Finding>, StoreError> {
    let blobs = store.blobs();
    let mut listing = Listing::new(&blobs, organization);
    let (mut findings, mut unused) = (Vec::new(), Vec::new());
    // Ids are hashes, so the first ones behind any place are a fair sample; another one each hour, and the same one when
    // this is looked at twice.
    let (sample_from, mut sampled) = ((store.clock().now().seconds() / 3_600).to_le_bytes()[0], 0);
    let mut after: Vec<u8> = Vec::new();
    loop {
        let page = page(store, organization, &after)?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.name);
        for named in page {
            let Some(id) = named.id() else {
                let Named { mailbox, content, .. } = named;
                let what = format!("content {content} of mailbox {mailbox} names what cannot be a blob");
                findings.push(finding(organization, IS_THERE, what, false));
                continue;
            };
            let found = listing.find(id, &mut unused)?;
            let is_read = look.read_bodies || (id.as_bytes()[0] >= sample_from && sampled < SAMPLE);
            sampled += usize::from(is_read);
            let wrong = wrong(store, organization, (&named, id), found, key.filter(|_| is_read))?;
            findings.extend(wrong.map(|what| finding(organization, IS_THERE, what, false)));
        }
    }
    listing.rest(&mut unused)?;
    let old = store.clock().now().minus(limits::BLOB_KEPT);
    unused.retain(|found| found.put_at < old);
    for found in unnamed(store, organization, unused)? {
        if is_known(store, organization, found.id)? {
            // The collector is about to remove it.
            continue;
        }
        if look.repair && is_unnamed(store, organization, found.id)? {
            remove(store, &blobs, organization, found.id)?;
        }
        let what = format!("the blob {} of {} bytes belongs to nothing", found.id, found.size_bytes);
        findings.push(finding(organization, BELONGS, what, look.repair));
    }
    Ok(findings)
}

/// A blob of `organization` that a body names and that is not where blobs are looked for; `None` when all are. Blocks.
pub fn missing_blob(store: &Store, organization: OrganizationKey) -> Result<Option<BlobId>, StoreError> {
    let blobs = store.blobs();
    let mut listing = Listing::new(&blobs, organization);
    let mut after: Vec<u8> = Vec::new();
    loop {
        let page = page(store, organization, &after)?;
        let Some(last) = page.last() else { return Ok(None) };
        after.clone_from(&last.name);
        // What cannot be a blob is nowhere: fsck says so.
        for id in page.iter().filter_map(Named::id) {
            // What is not in the list may have been put after it was made.
            if listing.find(id, &mut Vec::new())?.is_none()
                && blobs.read_blocking(organization, id, 0..1)?.is_none()
            {
                return Ok(Some(id));
            }
        }
    }
}

const IS_THERE: &str = "the blob of a body is there and opens";
const BELONGS: &str = "a blob that is older than a day belongs to a body, or is known to be collected";

fn finding(organization: OrganizationKey, invariant: &'static str, what: String, repaired: bool) -> Finding {
    Finding { place: Place::Organization(organization), invariant, what, repaired }
}

/// What is wrong with a body and what was found of its blob; it is opened with `key`.
fn wrong(
    store: &Store,
    organization: OrganizationKey,
    (&Named { mailbox, content, .. }, id): (&Named, BlobId),
    found: Option<Found>,
    key: Option<&DataKey>,
) -> Result<Option<String>, StoreError> {
    let body = store.read_blocking(Place::Organization(organization), |read| {
        SealedBody::read(read, organization, MailboxKey(mailbox), content)
    })?;
    // It may be gone meanwhile.
    let Some(body) = body.filter(|body| body.blob() == Some(id)) else { return Ok(None) };
    let whose = format!("the blob {id} of content {content} of mailbox {mailbox}");
    let size = found.map(|found| found.size_bytes);
    let size = match size {
        // It may have been put after it was looked for.
        None => store.blobs().read_blocking(organization, id, 0..u64::MAX)?.map(|bytes| bytes.len() as u64),
        size => size,
    };
    let Some(size) = size else { return Ok(Some(format!("{whose} is not there"))) };
    let expected = body.map().map(|map| map.sealed_bytes());
    if expected.as_ref().ok() != Some(&size) {
        return Ok(Some(format!("{whose} has another size than its row says: {size}")));
    }
    match key.map(|key| body.open_blocking(store, key)) {
        Some(Err(MailError::Store(error))) => Err(error),
        Some(Err(error)) => Ok(Some(format!("{whose} does not open: {error}"))),
        Some(Ok(_)) | None => Ok(None),
    }
}

fn page(store: &Store, organization: OrganizationKey, after: &[u8]) -> Result<Vec<Named>, StoreError> {
    store.read_blocking(Place::Organization(organization), |read| {
        let rows = read.query(&sql::NAMED_AFTER, parameters![organization.0, after, PAGE])?;
        let named = rows.into_iter().map(|mut row| Named {
            mailbox: row.take(0),
            content: row.take(1),
            name: row.take(2),
        });
        Ok(named.collect())
    })
}

fn is_known(store: &Store, organization: OrganizationKey, id: BlobId) -> Result<bool, StoreError> {
    store.read_blocking(Place::Organization(organization), |read| {
        Ok(read.query_first(&sql::SEEN_UNUSED, parameters![organization.0, id.as_bytes()])?.is_some())
    })
}

/// The blobs that are there, by id.
struct Listing<'a> {
    blobs: &'a Blobs,
    organization: OrganizationKey,
    page: VecDeque<Found>,
    after: Option<BlobId>,
    ended: bool,
    /// The one that was found last.
    last: Option<Found>,
}

impl<'a> Listing<'a> {
    fn new(blobs: &'a Blobs, organization: OrganizationKey) -> Self {
        Self { blobs, organization, page: VecDeque::new(), after: None, ended: false, last: None }
    }

    fn next(&mut self) -> Result<Option<Found>, StoreError> {
        if self.page.is_empty() && !self.ended {
            self.page = self.blobs.page(self.organization, self.after)?.into();
            self.after = self.page.back().map(|last| last.id);
            self.ended = self.page.is_empty();
        }
        Ok(self.page.front().copied())
    }

    /// The blob `id`, which is not below one that was asked for before; those between go to `passed`.
    fn find(&mut self, id: BlobId, passed: &mut Vec<Found>) -> Result<Option<Found>, StoreError> {
        if let Some(last) = self.last.filter(|last| last.id == id) {
            // Two bodies share it.
            return Ok(Some(last));
        }
        while let Some(next) = self.next()? {
            if next.id > id {
                break;
            }
            self.page.pop_front();
            if next.id == id {
                self.last = Some(next);
                return Ok(Some(next));
            }
            passed.push(next);
        }
        Ok(None)
    }

    fn rest(&mut self, passed: &mut Vec<Found>) -> Result<(), StoreError> {
        while self.next()?.is_some() {
            passed.extend(self.page.pop_front());
        }
        Ok(())
    }
}
