//! Operations on folders, one file each, in a [`MailTx`](crate::mail_tx::MailTx).

mod create_folder;
mod delete_folder;
mod provision;
mod rename_folder;
mod subscribe_folder;

pub use create_folder::{create_folder, create_folder_at};
pub use delete_folder::delete_folder;
pub(crate) use provision::provision;
pub use rename_folder::rename_folder;
pub use subscribe_folder::subscribe_folder;
