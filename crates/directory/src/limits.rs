//! Limits of the directory (WB §14): what, and what happens at the edge (`LimitExceeded`).

use std::time::Duration;

use crate::log_in::Backoff;

/// Organizations of one AWS account.
pub const ORGANIZATIONS_PER_ACCOUNT_MAX: i64 = 100;
/// Mail domains of one organization.
pub const DOMAINS_MAX: i64 = 1_000;
/// Domains that an organization is created with.
pub const CREATION_DOMAINS_MAX: usize = 5;
/// Aliases of one entity.
pub const ALIASES_MAX: i64 = 100;
/// Access control rules of one organization.
pub const ACCESS_CONTROL_RULES_MAX: i64 = 10;
/// Impersonation roles of one organization.
pub const IMPERSONATION_ROLES_MAX: i64 = 20;
/// Tags of one organization.
pub const TAGS_MAX: usize = 50;
/// Shortest and longest id of an entity, minted or imported (WorkMail model `WorkMailIdentifier`).
pub const ENTITY_ID_CHARACTERS_MIN: usize = 12;
/// See [`ENTITY_ID_CHARACTERS_MIN`].
pub const ENTITY_ID_CHARACTERS_MAX: usize = 256;
/// Bytes of a key that lists are ordered by: with the longest id it fits into a page token of 1,024 characters.
pub const ORDER_KEY_BYTES_MAX: usize = 384;
/// Groups that one entity may be in, directly.
pub const MEMBERSHIPS_MAX: i64 = 10_000;
/// Delegates of one resource.
pub const DELEGATES_MAX: i64 = 1_000;
/// Resources that one entity may be a delegate of.
pub const DELEGATIONS_MAX: i64 = 10_000;
/// Grantees on one mailbox.
pub const PERMISSIONS_MAX: i64 = 10_000;
/// Mailboxes that one entity may have permissions on.
pub const GRANTS_MAX: i64 = 100_000;
/// Availability configurations of one organization (WB §17.14: WorkMail's number is not published).
pub const AVAILABILITY_CONFIGURATIONS_MAX: i64 = 100;
/// IAM Identity Center applications of one AWS account; one more is `Invalid` (no other error is declared).
pub const IDENTITY_CENTER_APPLICATIONS_MAX: i64 = 1_000;
/// Rows of one page, and of a page whose caller names no size.
pub const PAGE_ROWS_MAX: i64 = 100;
/// How deep groups may nest.
pub const GROUP_DEPTH_MAX: usize = 32;
/// Groups looked at to keep a nesting free of cycles; a web of more groups takes no further edge.
pub const GROUP_WEB_MAX: usize = 10_000;
/// Members of one group.
pub const GROUP_MEMBERS_MAX: i64 = 100_000;
/// Access keys of one AWS account.
pub const ACCESS_KEYS_MAX: i64 = 1_000;
/// Access keys kept in memory; those not used for longest are dropped.
pub const CALLERS_CACHED_MAX: usize = 10_000;
/// Access key ids remembered as unknown.
pub const UNKNOWN_KEYS_MAX: usize = 10_000;
/// How long an access key id is remembered as unknown.
pub const UNKNOWN_KEY_SECONDS: i64 = 5;
/// Organizations kept in memory for routing; those not used for longest are dropped.
pub const ORGANIZATIONS_CACHED_MAX: usize = 100_000;
/// Characters of the name that an operator gives an AWS account; more is `Invalid`.
pub const ACCOUNT_NAME_CHARACTERS_MAX: usize = 256;
/// Bytes of the policies of one access key, as JSON; more is `Invalid`.
pub const POLICIES_BYTES_MAX: usize = 64 * 1024;
/// Impersonation roles that are read at once; far above what an organization may have.
pub const IMPERSONATION_ROLES_READ_MAX: i64 = 1_000;
/// Bytes of compiled access rules held for all organizations; beyond, those not asked for lately are dropped.
pub const ACCESS_RULES_HELD_BYTES_MAX: usize = 64 << 20;
/// How long a domain may be unproved before its status is FAILED (WB §6.2: up to 72 h); it is looked at all the same.
pub const PROOF_TIME_MAX: Duration = Duration::from_secs(72 * 3600);
/// How long a proof that was there may be missing before an alarm is raised; mail goes on.
pub const PROOF_LOST_MAX: Duration = Duration::from_secs(72 * 3600);
/// Shortest and longest pause between two looks at a domain that is not proved.
pub const CHECK_PAUSE_UNPROVED: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(3600));
/// Pause between two looks at a domain whose proof is lost.
pub const CHECK_PAUSE_LOST: Duration = Duration::from_secs(3600);
/// Pause between two looks at a domain that is proved.
pub const CHECK_PAUSE_PROVED: Duration = Duration::from_secs(4 * 3600);
/// Time for one DNS question with its repetitions; then the answer is unknown.
pub const DNS_TIME_MAX: Duration = Duration::from_secs(5);
/// Records of one DNS answer that are looked at.
pub const DNS_RECORDS_MAX: usize = 100;
/// How long after a flow over two stores began it is settled from outside, in case its process died.
pub const SETTLE_PAUSE: Duration = Duration::from_secs(60);
/// How long an impersonation token lasts (WB §2.2).
pub const IMPERSONATION_TOKEN_LIFETIME: Duration = Duration::from_secs(15 * 60);
/// Impersonation tokens of one organization in force at once; one more is `Invalid`.
pub const IMPERSONATION_TOKENS_MAX: i64 = 10_000;
/// Ended impersonation tokens removed when another is made.
pub const EXPIRED_TOKENS_SWEPT: i64 = 100;
/// Personal access tokens of one user.
pub const PERSONAL_TOKENS_MAX: i64 = 100;
/// Scopes of one personal access token (WB §14).
pub const PERSONAL_TOKEN_SCOPES_MAX: usize = 10;
/// Personal access tokens remembered as good; those not used for longest are forgotten.
pub const TOKENS_REMEMBERED_MAX: usize = 100_000;
/// How long a personal access token is remembered as good (DESIGN §9), and how often its use is written down.
pub const TOKEN_REMEMBERED: Duration = Duration::from_secs(5 * 60);
/// Calls that changed nothing, waiting to be written down; more are counted only.
pub const CALLS_QUEUED_MAX: usize = 25_000;
/// Calls written down in one transaction: no more blocks than have so many.
pub const CALLS_WRITTEN_AT_ONCE: usize = 2_500;
/// Calls in one block of the trail.
pub const CALL_BLOCK_RECORDS: usize = 500;
/// Size of a block before it is compressed; a larger call is a block by itself.
pub const CALL_BLOCK_BYTES: usize = 256 * 1024;
/// From the first to the last call of a block.
pub const CALL_BLOCK_SPAN: Duration = Duration::from_secs(1);
/// A block is not read beyond this size.
pub const CALL_BLOCK_BYTES_READ: usize = 16 * 1024 * 1024;
/// Blocks that a reader of the trail looks at in one go.
pub const CALL_BLOCKS_READ: i64 = 16;
/// Calls refused before their caller was known, or because it calls too often, that are written down in a minute; more
/// are counted only, so that nobody without a key can fill the disk.
pub const REFUSALS_PER_MINUTE_MAX: i64 = 120;
/// Old changes of one store that are removed in one transaction.
pub const CHANGES_SWEPT: i64 = 500;
/// Pause between two sweeps of old changes.
pub const SWEEP_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);
/// Old blocks of calls removed with each batch; more than a batch brings, so that the table does not grow.
pub const CALL_BLOCKS_SWEPT: i64 = 3_000;
/// People and their credentials kept in memory, each by address and by id; those not asked for lately are dropped. About
/// 1 KB each.
pub const PEOPLE_REMEMBERED_MAX: usize = 20_000;
/// Bytes of a password that is looked at; a longer one is wrong. WorkMail's have fewer than 64 characters.
pub const PASSWORD_BYTES_MAX: usize = 512;
/// Passwords remembered as right; those not used for longest are forgotten.
pub const PASSWORDS_REMEMBERED_MAX: usize = 100_000;
/// How long a password is remembered as right (DESIGN §9).
pub const PASSWORD_REMEMBERED: Duration = Duration::from_secs(5 * 60);
/// When to try again where too many passwords were being checked: a full queue is worked off in about this time.
pub const BUSY_RETRY_AFTER: Duration = Duration::from_secs(5);
/// Failed log-ins on one account from one address. Five are what a person mistypes. A minute at most: a telephone that
/// has just been given the new password gets in soon, and a guesser has 1,440 tries a day.
pub const PAIR: Backoff = Backoff {
    free: 5,
    wait_first: Duration::from_secs(1),
    wait_max: Duration::from_secs(60),
    forgiven_every: Duration::from_secs(600),
};
/// Failed log-ins from one address over all accounts, of each account at most the first [`PAIR`]`.free - 1`: an office of
/// a dozen people who all mistype is not held up.
pub const ADDRESS: Backoff = Backoff {
    free: 50,
    wait_first: Duration::from_secs(1),
    wait_max: Duration::from_secs(60),
    forgiven_every: Duration::from_secs(60),
};
/// Failed log-ins on one account from addresses that it was not opened from. Five seconds at most: many machines
/// together have 17,280 tries a day, and the owner at a new address has as good a chance as each of them.
pub const ACCOUNT: Backoff = Backoff {
    free: 100,
    wait_first: Duration::from_secs(1),
    wait_max: Duration::from_secs(5),
    forgiven_every: Duration::from_secs(60),
};
/// How long an address is welcome at an account after a log-in: what others fail at then does not count there.
pub const WELCOME_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Accounts from one address whose failures are counted; beyond, those without one for longest are forgotten.
pub const PAIRS_COUNTED_MAX: usize = 200_000;
/// Addresses whose failures are counted, as [`PAIRS_COUNTED_MAX`].
pub const ADDRESSES_COUNTED_MAX: usize = 100_000;
/// Accounts whose failures are counted, as [`PAIRS_COUNTED_MAX`].
pub const ACCOUNTS_COUNTED_MAX: usize = 100_000;
/// Accounts with an address that is welcome, as [`PAIRS_COUNTED_MAX`].
pub const WELCOME_MAX: usize = 200_000;
/// How soon a session whose right could not be looked at (the store is away) is looked at again.
pub const STANDING_RETRY: Duration = Duration::from_secs(1);
/// Longest time between two looks at the clock of a session whose token ends.
pub const EXPIRY_LOOK_MAX: Duration = Duration::from_secs(3600);
/// Characters of what a client says that it is; the rest is cut off.
pub const USER_AGENT_CHARACTERS_MAX: usize = 256;
/// How long an event of access that repeats is only counted (DESIGN §6).
pub const ACCESS_REPEATED: Duration = Duration::from_secs(3600);
/// How often counts are looked through for those whose hour is over.
pub const ACCESS_COUNTS_LOOKED_AT: Duration = Duration::from_secs(60);
/// Events of access held to be compared with, about 700 bytes each; when there are more, all counts are stored and all
/// is forgotten, so some events are stored again within the hour.
pub const ACCESS_EVENTS_HELD_MAX: usize = 50_000;
/// Records of access waiting to be written down; more are counted only.
pub const ACCESS_QUEUED_MAX: usize = 20_000;
/// Records of access written down in one transaction.
pub const ACCESS_WRITTEN_AT_ONCE: usize = 500;
/// Failed log-ins of one organization in a minute that records are made of; more are counted only, so that nobody without
/// a credential can fill the disk.
pub const ACCESS_FAILURES_PER_MINUTE_MAX: u32 = 120;
