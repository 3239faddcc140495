//! Statements of jobs and hints.

crate::statements! {
    NEXT_ID = "INSERT INTO job_counters (organization, last_id) VALUES ($1, 1)
        ON CONFLICT (organization) DO UPDATE SET last_id = job_counters.last_id + 1
        RETURNING last_id";
    INSERT = "INSERT INTO jobs (organization, id, kind, unique_key, state, due_at, again_at, attempts,
            lease_until, fence, step, enqueued_at, last_error, payload)
        VALUES ($1, $2, $3, $4, 0, $5, NULL, 0, 0, 0, 0, $6, '', $7)
        ON CONFLICT (organization, kind, unique_key) DO NOTHING";
    /// Enqueues a job anew: earlier when it waits, once more when somebody works on it, from the start when it failed.
    ENQUEUE_AGAIN = "UPDATE jobs SET
            again_at = CASE WHEN lease_until = 0 THEN NULL WHEN again_at < $4 THEN again_at ELSE $4 END,
            due_at = CASE WHEN lease_until > 0 THEN due_at WHEN state = 1 OR due_at > $4 THEN $4 ELSE due_at END,
            attempts = CASE WHEN state = 1 THEN 0 ELSE attempts END,
            state = 0,
            payload = $5
        WHERE organization = $1 AND kind = $2 AND unique_key = $3
        RETURNING id";
    DUE = "SELECT id, due_at FROM jobs
        WHERE organization = $1 AND kind = $2 AND state = 0 AND due_at <= $3 ORDER BY due_at, id LIMIT $4";
    NEXT_DUE = "SELECT due_at FROM jobs
        WHERE organization = $1 AND kind = $2 AND state = 0 ORDER BY due_at, id LIMIT 1";
    /// Takes a job; `due_at` says that nobody took it since it was seen.
    TAKE = "UPDATE jobs SET fence = fence + 1, attempts = attempts + 1, lease_until = $4, due_at = $4, again_at = NULL
        WHERE organization = $1 AND id = $2 AND state = 0 AND due_at <= $3
        RETURNING fence, attempts, unique_key, step, payload";
    /// Changes nothing, but takes the row's lock: the job cannot be taken by others before this transaction ends.
    CHECK = "UPDATE jobs SET lease_until = lease_until
        WHERE organization = $1 AND id = $2 AND fence = $3 AND lease_until > 0";
    FENCE = "SELECT fence FROM jobs WHERE organization = $1 AND id = $2";
    RENEW = "UPDATE jobs SET lease_until = $4, due_at = $4
        WHERE organization = $1 AND id = $2 AND fence = $3 AND lease_until > 0";
    RECORD_STEP = "UPDATE jobs SET step = $4
        WHERE organization = $1 AND id = $2 AND fence = $3 AND lease_until > 0";
    REMOVE_DONE = "DELETE FROM jobs
        WHERE organization = $1 AND id = $2 AND fence = $3 AND lease_until > 0 AND again_at IS NULL";
    REPEAT_DONE = "UPDATE jobs SET due_at = again_at, again_at = NULL, attempts = 0, lease_until = 0, step = 0,
            last_error = ''
        WHERE organization = $1 AND id = $2 AND fence = $3 AND lease_until > 0 AND again_at IS NOT NULL";
    RETRY = "UPDATE jobs SET due_at = CASE WHEN again_at < $4 THEN again_at ELSE $4 END, again_at = NULL,
            lease_until = 0, last_error = $5
        WHERE organization = $1 AND id = $2 AND fence = $3 AND lease_until > 0";
    RESCHEDULE = "UPDATE jobs SET due_at = CASE WHEN again_at < $4 THEN again_at ELSE $4 END, again_at = NULL,
            lease_until = 0, attempts = 0, last_error = ''
        WHERE organization = $1 AND id = $2 AND fence = $3 AND lease_until > 0";
    RELEASE = "UPDATE jobs SET due_at = $4, lease_until = 0, attempts = attempts - 1
        WHERE organization = $1 AND id = $2 AND fence = $3 AND lease_until > 0";
    /// A job that was enqueued anew while it failed for good begins from the start.
    GIVE_UP = "UPDATE jobs SET state = CASE WHEN again_at IS NULL THEN 1 ELSE 0 END,
            attempts = CASE WHEN again_at IS NULL THEN attempts ELSE 0 END,
            due_at = CASE WHEN again_at IS NULL THEN due_at ELSE again_at END,
            again_at = NULL, lease_until = 0, last_error = $4
        WHERE organization = $1 AND id = $2 AND fence = $3 AND lease_until > 0";
    EXPIRE_LEASES = "UPDATE jobs SET due_at = $2, lease_until = 0, fence = fence + 1
        WHERE organization = $1 AND lease_until > 0 AND state = 0";
    BRING_FORWARD = "UPDATE jobs SET due_at = CASE WHEN lease_until > 0 THEN $2 ELSE due_at - (enqueued_at - $2) END,
            enqueued_at = CASE WHEN enqueued_at > $2 THEN $2 ELSE enqueued_at END, lease_until = 0, fence = fence + 1
        WHERE organization = $1 AND state = 0 AND (enqueued_at > $3 OR lease_until > $3)";
    LEFT_LEASES = "SELECT id, kind, lease_until FROM jobs
        WHERE organization = $1 AND lease_until > 0 AND lease_until < $2 ORDER BY id LIMIT $3";
    END_LEASE = "UPDATE jobs SET due_at = $3, lease_until = 0, fence = fence + 1
        WHERE organization = $1 AND id = $2 AND lease_until > 0 AND lease_until < $4";
    WRONG_NUMBERS = "SELECT MAX(j.id) FROM jobs j WHERE j.organization = $1 HAVING MAX(j.id) >
        COALESCE((SELECT c.last_id FROM job_counters c WHERE c.organization = $1), 0) LIMIT $2";
    SET_LAST_NUMBER = "INSERT INTO job_counters (organization, last_id) VALUES ($1, $2)
        ON CONFLICT (organization) DO UPDATE SET last_id = excluded.last_id";
    WAITS = "SELECT 1 FROM jobs WHERE organization = $1 AND kind = $2 AND unique_key = $3 AND state = 0";
    LIST = "SELECT id, kind, unique_key, state, due_at, attempts, lease_until, enqueued_at, last_error
        FROM jobs WHERE organization = $1 AND id > $2 ORDER BY id LIMIT $3";
    LIST_FAILED = "SELECT id, kind, unique_key, state, due_at, attempts, lease_until, enqueued_at, last_error
        FROM jobs WHERE organization = $1 AND id > $2 AND state = 1 ORDER BY id LIMIT $3";
    REVIVE = "UPDATE jobs SET state = 0, attempts = 0, due_at = $4
        WHERE organization = $1 AND id = $2 AND kind = $3 AND state = 1";
    DISCARD = "DELETE FROM jobs WHERE organization = $1 AND id = $2 AND state = 1";

    ANNOUNCE = "INSERT INTO due (organization, kind, due_at, announced_at, announcement)
        VALUES ($1, $2, $3, $4, $4)
        ON CONFLICT (organization, kind) DO UPDATE SET
            due_at = CASE WHEN excluded.due_at < due.due_at THEN excluded.due_at ELSE due.due_at END,
            announced_at =
                CASE WHEN excluded.announced_at > due.announced_at THEN excluded.announced_at ELSE due.announced_at END,
            announcement = due.announcement + 1";
    HINTS_DUE = "SELECT organization, kind, due_at, announced_at, announcement FROM due
        WHERE due_at <= $1 AND (due_at, organization, kind) > ($2, $3, $4)
        ORDER BY due_at, organization, kind LIMIT $5";
    KINDS_DUE = "SELECT kind, MIN(due_at) FROM jobs WHERE organization = $1 AND state = 0 GROUP BY kind";
    NEXT_HINT = "SELECT due_at FROM due WHERE due_at > $1 ORDER BY due_at LIMIT 1";
    /// `announcement` says that nothing was announced since the hint was seen.
    MOVE_HINT = "UPDATE due SET due_at = $4 WHERE organization = $1 AND kind = $2 AND announcement = $3";
    REMOVE_HINT = "DELETE FROM due WHERE organization = $1 AND kind = $2 AND announcement = $3";
    ANNOUNCED_AFTER = "SELECT DISTINCT organization FROM due WHERE announced_at > $1 ORDER BY organization";
    ANNOUNCE_NOW = "UPDATE due SET due_at = $2, announced_at = $2, announcement = announcement + 1
        WHERE organization = $1 AND announced_at > $3";
    HINTS_OF = "SELECT kind, due_at FROM due WHERE organization = $1";
    FORGET_HINTS = "DELETE FROM due WHERE organization = $1";
}
