//! Leaves below a place: the parts of names, addresses, codes and amounts.

macro_rules! leaves {
    ($($(#[$meta:meta])* $name:ident = $template:literal,)*) => {
        /// A leaf below a [`super::Place`]. `[]` in its template takes one more list position.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Leaf {
            /// The place is the leaf.
            Itself,
            $($(#[$meta])* $name,)*
        }

        impl Leaf {
            /// Every leaf.
            pub const ALL: &'static [Leaf] = &[Leaf::Itself, $(Leaf::$name,)*];

            /// Path below the place.
            pub fn template(self) -> &'static str {
                match self {
                    Leaf::Itself => "",
                    $(Leaf::$name => $template,)*
                }
            }
        }
    };
}

leaves! {
    /// Code system or naming system.
    System = "system",
    /// Code.
    Code = "code",
    /// Text shown for a code, or for a person named by identifier.
    Display = "display",
    /// Words.
    Text = "text",
    /// Value of an identifier, amount or telecom.
    Value = "value",
    /// Use of a name, address, telecom or identifier.
    Use = "use",
    /// Type of an address.
    Type = "type",
    /// Code system of one coding of a concept.
    CodingSystem = "coding[].system",
    /// Code of one coding of a concept.
    CodingCode = "coding[].code",
    /// Display of one coding of a concept.
    CodingDisplay = "coding[].display",
    /// Comparator of an amount.
    Comparator = "comparator",
    /// Unit in words.
    Unit = "unit",
    /// Start of a period.
    Start = "start",
    /// End of a period.
    End = "end",
    /// A title.
    Prefix = "prefix[]",
    /// A given name.
    Given = "given[]",
    /// Family name.
    Family = "family",
    /// A suffix.
    Suffix = "suffix[]",
    /// A line of an address.
    Line = "line[]",
    /// Town.
    City = "city",
    /// County.
    District = "district",
    /// Part of the country.
    State = "state",
    /// Postcode.
    PostalCode = "postalCode",
    /// Country.
    Country = "country",
    /// ODS code.
    Ods = "ods",
    /// Name of an organisation, service or place.
    Name = "name",
    /// Accredited system id.
    Asid = "asid",
    /// Name of software.
    Software = "software",
    /// Address of a system.
    Endpoint = "endpoint",
    /// SDS user id.
    UserId = "userId",
    /// SDS role profile id.
    RoleProfileId = "roleProfileId",
    /// SDS job role.
    JobRole = "jobRole",
    /// Whether in use.
    Active = "active",
    /// State of a place.
    Status = "status",
    /// Instance or kind.
    Mode = "mode",
    /// Severity of an issue.
    Severity = "severity",
    /// Sort of problem.
    Problem = "problem",
    /// Explanation of an issue.
    Diagnostics = "diagnostics",
    /// Line of an issue.
    SourceLine = "line",
    /// Column of an issue.
    SourceColumn = "column",
    /// The part of a message that a narrative is about.
    Of = "of",
    /// Formatted text.
    Div = "div",
    /// The field that an extension is about.
    Field = "field",
    /// URI of an extension.
    Url = "url",
    /// Type of the value of an extension.
    Kind = "kind",
}
