//! Statements of client tokens.

crate::statements! {
    INSERT = "INSERT INTO client_tokens
            (organization, aws_account, operation, token, request_hash, answer, expires_at)
        VALUES ($1, $2, $3, $4, $5, NULL, $6)
        ON CONFLICT (organization, aws_account, operation, token) DO NOTHING";
    SELECT = "SELECT request_hash, answer, expires_at FROM client_tokens
        WHERE organization = $1 AND aws_account = $2 AND operation = $3 AND token = $4";
    /// Claims an expired token; the old expiry makes sure that nobody else did.
    RENEW = "UPDATE client_tokens SET request_hash = $5, answer = NULL, expires_at = $6
        WHERE organization = $1 AND aws_account = $2 AND operation = $3 AND token = $4 AND expires_at = $7";
    STORE_ANSWER = "UPDATE client_tokens SET answer = $5
        WHERE organization = $1 AND aws_account = $2 AND operation = $3 AND token = $4 AND answer IS NULL";
    /// The expiry stands in both, since a row may be claimed anew between the two.
    SWEEP = "DELETE FROM client_tokens
        WHERE organization = $1 AND expires_at <= $2 AND (aws_account, operation, token) IN
            (SELECT aws_account, operation, token FROM client_tokens
             WHERE organization = $1 AND expires_at <= $2 ORDER BY expires_at LIMIT $3)";
}
