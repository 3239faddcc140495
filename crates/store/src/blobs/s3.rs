//! Blobs in a bucket of S3, or of what speaks its protocol.

use std::future::{Future, poll_fn};
use std::ops::Range;
use std::pin::Pin;
use std::time::Duration;

use futures_core::Stream;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{ClientOptions, Error, ObjectMeta, ObjectStore, ObjectStoreExt as _, RetryConfig};
use postroom_types::{OrganizationKey, Timestamp};

use super::threads::Threads;
use super::{BlobId, Found, S3Options, identity, unavailable};
use crate::{OpenError, Store, StoreError, limits};

/// A bucket.
pub(crate) struct S3 {
    bucket: AmazonS3,
    /// What every key of this store begins with.
    prefix: Path,
}

impl S3 {
    /// The bucket that `options` name. That it is there and may be used is seen at the first request.
    pub(crate) fn open(options: &S3Options, store: &Store) -> Result<Self, OpenError> {
        let what = || format!("the bucket {options:?}");
        let retry = RetryConfig {
            max_retries: limits::S3_RETRIES_MAX,
            retry_timeout: limits::S3_RETRY_TIME_MAX,
            ..RetryConfig::default()
        };
        let client = ClientOptions::new()
            .with_connect_timeout(limits::S3_CONNECT_TIME_MAX)
            .with_timeout(limits::S3_REQUEST_TIME_MAX)
            .with_allow_http(true);
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&options.bucket)
            .with_region(&options.region)
            .with_retry(retry)
            .with_client_options(client);
        if let Some(endpoint) = &options.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let Some((id, secret)) = &options.credentials {
            builder = builder.with_access_key_id(id).with_secret_access_key(secret);
        }
        let bucket = builder.build().map_err(|error| OpenError { what: what(), cause: error.to_string() })?;
        let name =
            identity::of(store).map_err(|error| OpenError { what: what(), cause: error.to_string() })?;
        let prefix = Path::from(options.prefix.as_str()).join(name);
        Ok(Self { bucket, prefix })
    }

    pub(super) fn put(
        &self,
        threads: &Threads,
        organization: OrganizationKey,
        id: BlobId,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let path = self.path(organization, id);
        let payload = bytes::Bytes::copy_from_slice(bytes).into();
        self.ask(threads, async { self.bucket.put(&path, payload).await.map(drop) })
    }

    pub(super) fn read(
        &self,
        threads: &Threads,
        organization: OrganizationKey,
        id: BlobId,
        range: Range<u64>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.path(organization, id);
        // Not every server takes a larger number.
        let range = range.start..range.end.min(limits::S3_OBJECT_BYTES_MAX);
        self.ask(threads, async {
            match self.bucket.get_range(&path, range).await {
                Ok(bytes) => Ok(Some(bytes.into())),
                Err(error) if is_missing(&error) => Ok(None),
                Err(error) => Err(error),
            }
        })
    }

    pub(super) fn page(
        &self,
        threads: &Threads,
        organization: OrganizationKey,
        after: Option<BlobId>,
    ) -> Result<Vec<Found>, StoreError> {
        let folder = self.organization(organization);
        self.ask(threads, async {
            let mut listed = match after {
                None => self.bucket.list(Some(&folder)),
                Some(after) => self.bucket.list_with_offset(Some(&folder), &self.path(organization, after)),
            };
            let mut page = Vec::new();
            while page.len() < limits::BLOBS_PER_PAGE
                && let Some(object) = next(&mut listed).await
            {
                page.extend(found(&object?));
            }
            Ok(page)
        })
    }

    pub(super) fn remove(
        &self,
        threads: &Threads,
        organization: OrganizationKey,
        id: BlobId,
    ) -> Result<(), StoreError> {
        let path = self.path(organization, id);
        self.ask(threads, async {
            match self.bucket.delete(&path).await {
                Err(error) if !matches!(error, Error::NotFound { .. }) => Err(error),
                _ => Ok(()),
            }
        })
    }

    /// Removes everything of an organization; it may be repeated.
    pub(super) fn remove_all(
        &self,
        threads: &Threads,
        organization: OrganizationKey,
    ) -> Result<(), StoreError> {
        loop {
            let page = self.page(threads, organization, None)?;
            if page.is_empty() {
                return Ok(());
            }
            page.iter().try_for_each(|found| self.remove(threads, organization, found.id))?;
        }
    }

    /// Waits for `request`, on a thread that may; not longer than `limits::S3_TIME_MAX`.
    fn ask<T>(
        &self,
        threads: &Threads,
        request: impl Future<Output = object_store::Result<T>>,
    ) -> Result<T, StoreError> {
        let bounded = async { tokio::time::timeout(limits::S3_TIME_MAX, request).await };
        match threads.handle().block_on(bounded) {
            Ok(answer) => answer.map_err(|error| unavailable("S3", error)),
            Err(_) => Err(unavailable("S3", slow(limits::S3_TIME_MAX))),
        }
    }

    fn organization(&self, organization: OrganizationKey) -> Path {
        self.prefix.clone().join(organization.0.to_string())
    }

    fn path(&self, organization: OrganizationKey, id: BlobId) -> Path {
        self.organization(organization).join(id.to_string())
    }
}

/// Whether the bucket says that it has no such object. That there is no bucket, or nobody who knows of it, is said with
/// the same status, and is no word on the object.
fn is_missing(error: &Error) -> bool {
    let mut causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    matches!(error, Error::NotFound { .. }) && causes.any(|cause| cause.to_string().contains("NoSuchKey"))
}

fn slow(after: Duration) -> String {
    format!("no answer after {} s", after.as_secs())
}

fn found(object: &ObjectMeta) -> Option<Found> {
    let id = BlobId::from_name(object.location.filename()?)?;
    let put_at = Timestamp::from_micros(object.last_modified.timestamp_micros());
    Some(Found { id, size_bytes: object.size, put_at })
}

async fn next<S: Stream + ?Sized>(stream: &mut Pin<Box<S>>) -> Option<S::Item> {
    poll_fn(|context| stream.as_mut().poll_next(context)).await
}
