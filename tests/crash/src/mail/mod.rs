//! Mail over IMAP: writers that know what must be in their folders, readers, and the comparison with what is.

mod check;
mod connection;
mod counts;
pub mod reader;
mod writer;

pub use check::check;
pub use connection::Connection;
pub use counts::Counts;
pub use writer::Writer;

use serde_json::json;

use crate::client::Client;
use crate::problem::{Problem, Result, fail};

/// Writers at once.
pub const WRITERS: usize = 8;
/// Where writers move things.
pub const SHARED: &str = "Archive";
/// The name of the user.
const USER: &str = "writer";
/// The user's password.
pub const PASSWORD: &str = "Correct-Horse-1";

/// Makes an organization with a user who has a mailbox; answers the user's address.
pub fn prepare(client: &mut Client) -> Result<String> {
    let organization = crate::kinds::Organization::create(client, "mail")?;
    let id = &organization.id;
    let described = client.call("DescribeOrganization", &json!({ "OrganizationId": id }));
    let described = described.done("DescribeOrganization")?;
    let Some(domain) = described["DefaultMailDomain"].as_str() else { return fail("no DefaultMailDomain") };
    let user = json!({ "OrganizationId": id, "Name": USER, "DisplayName": USER, "Password": PASSWORD });
    let created = client.call("CreateUser", &user).done("CreateUser")?;
    let address = format!("{USER}@{domain}");
    let registered = json!({ "OrganizationId": id, "EntityId": created["UserId"], "Email": address });
    client.call("RegisterToWorkMail", &registered).done("RegisterToWorkMail")?;
    Ok(address)
}

/// How a command over IMAP ended that was not answered with OK.
pub enum Failed {
    /// It was refused: nothing was changed, as far as the server knows.
    Refused(String),
    /// No answer came: it was carried out or not.
    Lost(String),
}

impl Failed {
    /// A failure where none may be.
    pub fn into_problem(self, what: &str) -> Problem {
        match self {
            Self::Refused(answer) => Problem(format!("{what} was refused: {answer}")),
            Self::Lost(cause) => Problem(format!("{what} was not answered: {cause}")),
        }
    }
}
