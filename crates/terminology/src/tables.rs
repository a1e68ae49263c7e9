//! Which elements of a release are read, and what they mean.
//!
//! The names are those of the technical specification of the data files of dm+d release 2. A file has one root, below it
//! sections or records, and in a record one element a value.

use crate::entry::Level;

/// A file of a release.
pub(crate) struct File {
    /// How its name begins, before the version digit and the date.
    pub prefix: &'static str,
    /// Its root element.
    pub root: &'static str,
    /// What is read of it.
    pub tables: &'static [Table],
}

/// Records of one kind.
pub(crate) struct Table {
    /// The elements from below the root to the record.
    pub path: &'static [&'static str],
    /// What is read of a record.
    pub fields: &'static [(Field, &'static str)],
    /// What is made of it.
    pub makes: Makes,
}

/// What a record becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Makes {
    /// An entry of the index.
    Entry(Level),
    /// A category of controlled drugs, by its number.
    Category,
    /// The category of a virtual product.
    CategoryOfProduct,
}

/// What an element of a record means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// The code. A record cannot be without.
    Code,
    /// The code that the same thing had before.
    Previous,
    /// `1` for what may not be used any more.
    Invalid,
    /// The name. An entry cannot be without.
    Name,
    /// Another name.
    OtherName,
    /// What it is a product or pack of.
    PartOf,
    /// Number of a category of controlled drugs.
    Category,
    /// Says with this value that it cannot be had.
    Unavailable(&'static str),
    /// Says with this value that it must not be prescribed.
    Unprescribable(&'static str),
}

const LOOKUP_FIELDS: &[(Field, &str)] =
    &[(Field::Code, "CD"), (Field::Previous, "CDPREV"), (Field::Invalid, "INVALID"), (Field::Name, "DESC")];

/// The files of a release in the order in which they are read: what is referred to comes first.
pub(crate) const FILES: [File; 7] = [
    File {
        prefix: "f_lookup2_",
        root: "LOOKUP",
        tables: &[
            Table {
                path: &["CONTROL_DRUG_CATEGORY", "INFO"],
                fields: &[(Field::Category, "CD"), (Field::Name, "DESC")],
                makes: Makes::Category,
            },
            Table { path: &["UNIT_OF_MEASURE", "INFO"], fields: LOOKUP_FIELDS, makes: Makes::Entry(Level::Unit) },
            Table { path: &["FORM", "INFO"], fields: LOOKUP_FIELDS, makes: Makes::Entry(Level::Form) },
            Table { path: &["ROUTE", "INFO"], fields: LOOKUP_FIELDS, makes: Makes::Entry(Level::Route) },
        ],
    },
    File {
        prefix: "f_ingredient2_",
        root: "INGREDIENT_SUBSTANCES",
        tables: &[Table {
            path: &["ING"],
            fields: &[
                (Field::Code, "ISID"),
                (Field::Previous, "ISIDPREV"),
                (Field::Invalid, "INVALID"),
                (Field::Name, "NM"),
            ],
            makes: Makes::Entry(Level::Ingredient),
        }],
    },
    File {
        prefix: "f_vtm2_",
        root: "VIRTUAL_THERAPEUTIC_MOIETIES",
        tables: &[Table {
            path: &["VTM"],
            fields: &[
                (Field::Code, "VTMID"),
                (Field::Previous, "VTMIDPREV"),
                (Field::Invalid, "INVALID"),
                (Field::Name, "NM"),
                (Field::OtherName, "ABBREVNM"),
            ],
            makes: Makes::Entry(Level::Vtm),
        }],
    },
    File {
        prefix: "f_vmp2_",
        root: "VIRTUAL_MED_PRODUCTS",
        tables: &[
            Table {
                path: &["VMPS", "VMP"],
                fields: &[
                    (Field::Code, "VPID"),
                    (Field::Previous, "VPIDPREV"),
                    (Field::PartOf, "VTMID"),
                    (Field::Invalid, "INVALID"),
                    (Field::Name, "NM"),
                    (Field::OtherName, "ABBREVNM"),
                    (Field::Unprescribable("0002"), "PRES_STATCD"),
                    (Field::Unavailable("0001"), "NON_AVAILCD"),
                ],
                makes: Makes::Entry(Level::Vmp),
            },
            Table {
                path: &["CONTROL_DRUG_INFO", "CONTROL_INFO"],
                fields: &[(Field::Code, "VPID"), (Field::Category, "CATCD")],
                makes: Makes::CategoryOfProduct,
            },
        ],
    },
    File {
        prefix: "f_amp2_",
        root: "ACTUAL_MEDICINAL_PRODUCTS",
        tables: &[Table {
            path: &["AMPS", "AMP"],
            fields: &[
                (Field::Code, "APID"),
                (Field::Invalid, "INVALID"),
                (Field::PartOf, "VPID"),
                // The description names the supplier, the name does not; prescribing systems show either.
                (Field::Name, "DESC"),
                (Field::OtherName, "NM"),
                (Field::Unavailable("0009"), "AVAIL_RESTRICTCD"),
            ],
            makes: Makes::Entry(Level::Amp),
        }],
    },
    File {
        prefix: "f_vmpp2_",
        root: "VIRTUAL_MED_PRODUCT_PACK",
        tables: &[Table {
            path: &["VMPPS", "VMPP"],
            fields: &[
                (Field::Code, "VPPID"),
                (Field::Invalid, "INVALID"),
                (Field::Name, "NM"),
                (Field::OtherName, "ABBREVNM"),
                (Field::PartOf, "VPID"),
            ],
            makes: Makes::Entry(Level::Vmpp),
        }],
    },
    File {
        prefix: "f_ampp2_",
        root: "ACTUAL_MEDICINAL_PROD_PACKS",
        tables: &[Table {
            path: &["AMPPS", "AMPP"],
            fields: &[
                (Field::Code, "APPID"),
                (Field::Invalid, "INVALID"),
                (Field::Name, "NM"),
                (Field::OtherName, "ABBREVNM"),
                (Field::PartOf, "APID"),
                (Field::Unavailable("0001"), "DISCCD"),
            ],
            makes: Makes::Entry(Level::Ampp),
        }],
    },
];

/// What the thing that an entry is part of is.
pub(crate) fn whole_of(level: Level) -> Option<Level> {
    match level {
        Level::Vmp => Some(Level::Vtm),
        Level::Amp | Level::Vmpp => Some(Level::Vmp),
        Level::Ampp => Some(Level::Amp),
        Level::Vtm | Level::Ingredient | Level::Unit | Level::Form | Level::Route => None,
    }
}
