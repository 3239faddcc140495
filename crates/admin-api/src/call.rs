//! One call of an operation, as its handler sees it.

use std::sync::Arc;

use postroom_directory::DirectoryError;
use postroom_directory::acting::Acting;
use postroom_directory::admin::{AdminRead, AdminTx};
use postroom_directory::audit::{self, AdminRecord};
use postroom_directory::aws_account::AwsAccountId;
use postroom_directory::directory::DirectoryTx;
use postroom_directory::ops::describe_organization;
use postroom_directory::organizations::{Organization, OrganizationState, opens};
use postroom_directory::page::{Page, PageRequest};
use postroom_directory::password::{PasswordHash, check_policy};
use postroom_policy::permit::Permitted;
use postroom_store::client_tokens::ClientToken;
use postroom_store::page::PageScope;
use postroom_store::seal::Purpose;
use postroom_store::{Place, Read, StoreError};
use postroom_types::{Constrained, IdempotencyClientToken, NextToken, OrganizationKey, Password};

use crate::api::Api;
use crate::shapes::MaxResults;
use crate::wire::{ErrorName, Fault, Wire, encode};

/// The ErrorMessage of an impaired organization (WB §1.5). The cause names files; it is the operator's to see.
const IMPAIRED: &str = "The data of this organization cannot be opened. Ask the operator of this service to look at it: \
                        `postroom status` says what is wrong.";

/// Who calls what, permitted, with the organization looked up.
#[derive(Clone)]
pub struct Call {
    /// What all calls share.
    pub api: Arc<Api>,
    /// Leave to do this; names the caller.
    pub permit: Arc<Permitted>,
    /// The region of the request's signature.
    pub region: Arc<str>,
    /// The organization of the request's target, if it has one.
    pub organization: Option<Arc<Organization>>,
    /// What the audit trail says of this call; the operation, the request's id and address, and the caller's AWS account
    /// are in it.
    pub record: Arc<AdminRecord>,
}

impl Call {
    /// The organization of the target. Handlers whose target is an organization always have it.
    #[track_caller]
    pub fn organization(&self) -> &Arc<Organization> {
        match &self.organization {
            Some(organization) => organization,
            None => unreachable!("{} has no organization as its target", self.record.operation),
        }
    }

    /// The caller's AWS account.
    pub fn account(&self) -> AwsAccountId {
        AwsAccountId::from_store(self.record.aws_account.as_ref().to_owned())
    }

    /// The caller, for a flow of several transactions.
    pub async fn acting(&self) -> Result<Acting, Fault> {
        self.must_open().await?;
        Ok(Acting {
            store: self.api.store.clone(),
            permit: Arc::clone(&self.permit),
            record: Some(AdminRecord::clone(&self.record)),
        })
    }

    /// The short key of the organization.
    pub fn key(&self) -> OrganizationKey {
        self.organization().key
    }

    /// Changes the organization in one transaction, its audit record included. The answer comes when it is on disk.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        E: From<StoreError> + From<DirectoryError> + Into<Fault> + Send + 'static,
        F: Fn(&mut AdminTx<'_, '_>) -> Result<T, E> + Send + 'static,
    {
        self.must_open().await?;
        let (permit, record) = (Arc::clone(&self.permit), Arc::clone(&self.record));
        let done = self.api.store.write(Place::Organization(self.key()), move |tx| {
            let mut admin = AdminTx::begin(tx, &permit)?;
            let value = work(&mut admin)?;
            audit::write(&mut admin, &record)?;
            Ok::<T, E>(value)
        });
        let value = done.await.map_err(Into::into)?;
        self.record.committed.set();
        Ok(value)
    }

    /// Reads the organization in one snapshot.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        E: From<StoreError> + Into<Fault> + Send + 'static,
        F: Fn(&mut AdminRead<'_>) -> Result<T, E> + Send + 'static,
    {
        self.must_open().await?;
        let (permit, key) = (Arc::clone(&self.permit), self.key());
        let read = self.api.store.read(Place::Organization(key), move |read: &mut dyn Read| {
            work(&mut AdminRead::begin(read, key, &permit))
        });
        read.await.map_err(Into::into)
    }

    /// Refuses an organization whose data key is lost: it is impaired, and what is changed would not come back with the
    /// backup that brings the key back.
    pub async fn must_open(&self) -> Result<(), Fault> {
        let key = self.key();
        let Err(error) = self.api.keyring.data_key(Place::Organization(key)).await else { return Ok(()) };
        // A deletion takes the key away, too: what is asked for says so.
        let (account, id) = (self.account(), self.organization().id.clone());
        let now = self.read_directory(move |read| describe_organization(read, &account, &id)).await;
        match now.map(|organization| organization.state) {
            Ok(OrganizationState::Active) => Err(DirectoryError::from(error).into()),
            _ => Ok(()),
        }
    }

    /// Changes the directory (what spans organizations) in one transaction, its audit record included.
    pub async fn write_directory<T, E, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        E: From<StoreError> + From<DirectoryError> + Into<Fault> + Send + 'static,
        F: Fn(&mut DirectoryTx<'_, '_>) -> Result<T, E> + Send + 'static,
    {
        let (permit, record) = (Arc::clone(&self.permit), Arc::clone(&self.record));
        let done = self.api.store.write(Place::Directory, move |tx| {
            let mut directory = DirectoryTx::begin(tx, &permit);
            let value = work(&mut directory)?;
            audit::write_in_directory(&mut directory, &record)?;
            Ok::<T, E>(value)
        });
        let value = done.await.map_err(Into::into)?;
        self.record.committed.set();
        Ok(value)
    }

    /// Reads the directory in one snapshot.
    pub async fn read_directory<T, E, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        E: From<StoreError> + Into<Fault> + Send + 'static,
        F: Fn(&mut dyn Read) -> Result<T, E> + Send + 'static,
    {
        self.api.store.read(Place::Directory, work).await.map_err(Into::into)
    }

    /// Makes of `organization` what callers see: an active one whose data cannot be used, so that a person has to look at it,
    /// is impaired, and its error message says what to do.
    pub async fn show_impaired(&self, organization: &mut Organization) {
        if organization.state != OrganizationState::Active {
            return;
        }
        let opens = opens(&self.api.store, &self.api.keyring, organization.key).await;
        if matches!(opens, Err(DirectoryError::Store(StoreError::Impaired(_)))) {
            organization.state = OrganizationState::Impaired;
            organization.error_message = Some(IMPAIRED.to_owned());
        }
    }

    /// The hash of a new password, after WorkMail's policy. `InvalidPasswordException`; `ThrottlingException` when too
    /// many wait for theirs.
    pub async fn hash_password(&self, password: &Password) -> Result<PasswordHash, Fault> {
        check_policy(password)?;
        Ok(self.api.passwords.hash(password).await?)
    }

    /// 16 random bytes for a new id. Drawn here, before the transaction.
    pub fn random_id(&self) -> [u8; 16] {
        self.api.store.random().bytes()
    }

    /// The client token of a request, bound to everything else that it asks for.
    ///
    /// `request` is the input without its token. What is kept of it is a keyed hash, so that a password in it cannot
    /// be guessed from the table.
    pub fn client_token<I: Wire>(
        &self,
        token: Option<&IdempotencyClientToken>,
        request: &I,
    ) -> Option<ClientToken> {
        const REQUESTS: Purpose = Purpose::new("client token requests");
        let request = encode(request);
        let hash = self.api.keyring.directory().derive(REQUESTS).mac(&request);
        // The same text in another region is another token, as it is where each region is a service of its own.
        let scoped = |token: &IdempotencyClientToken| format!("{}:{}", self.region, token.as_str());
        let (account, operation) = (&*self.record.aws_account, self.record.operation);
        token.map(|token| ClientToken::new(account, operation, scoped(token), &hash))
    }

    /// The part of a list that is asked for. `filters` are what the token is bound to beside operation and
    /// organization: a token of another list is `InvalidParameterException` (WB §0.5).
    pub fn page(
        &self,
        token: Option<&NextToken>,
        max_results: Option<MaxResults>,
        filters: &[&str],
    ) -> Result<PageRequest, Fault> {
        let after = match token {
            None => Vec::new(),
            Some(token) => {
                self.api.page_tokens.decode(&self.page_scope(&bound(filters)), token).map_err(|_| {
                    Fault::new(ErrorName::InvalidParameterException, "The NextToken is not one of this list.")
                })?
            }
        };
        let rows_max =
            max_results.map_or(postroom_directory::limits::PAGE_ROWS_MAX, |max| i64::from(max.get()));
        Ok(PageRequest { after, rows_max })
    }

    /// The token that goes on after `page`.
    pub fn next_token<T>(&self, page: &Page<T>, filters: &[&str]) -> Option<NextToken> {
        let after = page.next.as_deref()?;
        let token = self.api.page_tokens.encode(&self.page_scope(&bound(filters)), after);
        Some(NextToken::from_store(token))
    }

    fn page_scope<'a>(&self, filters: &'a [u8]) -> PageScope<'a> {
        let place = match &self.organization {
            Some(organization) => Place::Organization(organization.key),
            None => Place::Directory,
        };
        PageScope { operation: self.record.operation, place, filters }
    }
}

/// The filters as the bytes that a token is bound to: each with its length before it.
fn bound(filters: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for filter in filters {
        bytes.extend_from_slice(&(filter.len() as u64).to_be_bytes());
        bytes.extend_from_slice(filter.as_bytes());
    }
    bytes
}
