//! `postroom demo`: an organization to try things out in, made through the API like anybody's.

mod caller;
mod content;
mod mail;
mod text;

use std::sync::Arc;

use postroom_admin_api::Api;
use postroom_mailbox::Mailboxes;

use crate::config::Config;
use crate::problem::Problem;
use caller::Caller;
use content::Content;

/// What to do about a demo that cannot be made.
const ANEW: &str = "remove the data directory to begin anew, or use another one with --data";

/// What is there to be tried, and the page that tells a person about it.
pub(crate) struct Demo {
    content: Content,
    tried: Vec<text::Tried>,
}

impl Demo {
    /// Makes what is not there yet and tries the commands that the page shows.
    pub(crate) async fn prepare(
        api: &Arc<Api>,
        mailboxes: &Mailboxes,
        config: &Config,
    ) -> Result<Self, Problem> {
        let caller = Caller::administrator(api, config)?;
        let content = content::make(&caller, config).await?;
        if content.passwords.contains_key(mail::READER) {
            mail::fill(api, mailboxes, &content).await?;
        }
        let tried = text::try_out(&caller, &content).await;
        Ok(Self { content, tried })
    }

    /// The page as a value, for programs.
    pub(crate) fn json(&self, config: &Config, endpoints: &serde_json::Value) -> serde_json::Value {
        text::json(&self.content, &self.tried, config, endpoints)
    }

    /// The page.
    pub(crate) fn page(&self, config: &Config, endpoints: &serde_json::Value) -> String {
        text::page(&self.content, &self.tried, config, endpoints)
    }
}
