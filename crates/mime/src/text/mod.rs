//! Text as people read it.

pub mod charset;
pub mod html;
pub mod subject;
pub mod words;
