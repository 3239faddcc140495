//! The states of an organization (WB §1.5).

/// Where an organization is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrganizationState {
    /// Asked for; no step is done.
    Requested,
    /// Its store is being made.
    Creating,
    /// In use.
    Active,
    /// Its store cannot be opened; a person should look.
    Impaired,
    /// Its creation failed; it can only be deleted.
    Failed,
    /// Its store is being removed.
    Deleting,
    /// Gone; only DescribeOrganization knows it.
    Deleted,
}

impl OrganizationState {
    const ALL: [Self; 7] = [
        Self::Requested,
        Self::Creating,
        Self::Active,
        Self::Impaired,
        Self::Failed,
        Self::Deleting,
        Self::Deleted,
    ];

    /// The text on the wire and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "Requested",
            Self::Creating => "Creating",
            Self::Active => "Active",
            Self::Impaired => "Impaired",
            Self::Failed => "Failed",
            Self::Deleting => "Deleting",
            Self::Deleted => "Deleted",
        }
    }

    /// Whether operations other than describing and deleting are allowed.
    pub fn is_active(self) -> bool {
        self == Self::Active
    }

    /// The state of `text`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// The state that a column holds. Only this program writes it, so another text is a bug.
    #[track_caller]
    pub(crate) fn stored(text: &str) -> Self {
        match Self::parse(text) {
            Some(state) => state,
            None => unreachable!("the store holds {text:?} as the state of an organization"),
        }
    }
}
