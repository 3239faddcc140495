"""Which operations are not there yet, and which declared errors cannot occur here, each with its reason."""

# They come with their capability and answer an honest error until then; `docs/coverage.md` says so too.
MISSING = {
    "CancelMailboxExportJob",
    "DescribeMailboxExportJob",
    "ListMailboxExportJobs",
    "StartMailboxExportJob",
    "TestAvailabilityConfiguration",
}

# Errors that no operation can answer here.
NOWHERE = {
    "DirectoryServiceAuthenticationFailedException": "there is no directory service behind Postroom to refuse it",
    "DirectoryUnavailableException": "the directory is in the same store as everything else",
    "InvalidCustomSesConfigurationException": "there are no SES receipt rules to rewrite",
    "UnsupportedOperationException": "every directory takes writes: there is no AD Connector and no interoperability",
}

# (operation, error): why it cannot occur there.
EXCEPTIONS = {}

# Errors of NOWHERE that one operation answers all the same, and must then be shown.
SOMEWHERE = {("CreateOrganization", "DirectoryUnavailableException")}
