//! The attributes of elements, by classes of the reference information model and by data types.
//!
//! Invariants:
//! - A class is named by its codes: `OBS_EVN` has the class code OBS and the mood code EVN, `PRF_OP` the type code PRF and
//!   the context control code OP. Where two differ in their other attributes alone, a word says how.
//! - A fixed attribute may be left out, and then means the same (overview.md §3), except where `one` demands it.
//! - The published schemas fix templates alone; the codes of a class are defaults there, which a message may contradict.
//!   A message that does says something else than it seems to, and so is refused here. Where every published message
//!   has another code than the schema's default, that of the messages counts.

use super::{Attribute, Content, Form, Occurs, Sort};
use crate::oid;

/// Sorts in the notation of the grammar: `NAME = shared content [occurs attribute = fixed value, occurs attribute: form]`.
/// A form is a data type, `[…]` for one of several words, or `{…}` for some of them.
macro_rules! sorts {
    ($($(#[$about:meta])* $name:ident = $shared:ident $content:ident
        [$($occurs:ident $attribute:ident $is:tt $form:tt),* $(,)?];)*) => {
        $(
            $(#[$about])*
            pub(super) static $name: Sort =
                Sort { content: Content::$content, own: &attributes![$($occurs $attribute $is $form),*], shared: &$shared };
        )*
    };
}

macro_rules! attributes {
    (@ = ($value:expr)) => { Form::Fixed($value) };
    (@ = $value:literal) => { Form::Fixed($value) };
    (@ : [$($word:literal)*]) => { Form::Among(&[$($word),*]) };
    (@ : {$($word:literal)*}) => { Form::Several(&[$($word),*]) };
    (@ : $form:ident) => { Form::$form };
    ($($occurs:ident $attribute:ident $is:tt $form:tt),* $(,)?) => {
        [$(Attribute {
            name: stringify!($attribute),
            occurs: Occurs::$occurs,
            form: attributes!(@ $is $form),
        }),*]
    };
}

/// What every class has.
static CLASS: [Attribute; 4] = attributes![opt type: cs, opt typeID: oids, opt realmCode: codes, opt nullFlavor: cs];

/// What every data type has.
static DATA: [Attribute; 2] = attributes![
    opt nullFlavor: ["NI" "NA" "UNK" "NASK" "ASKU" "NAV" "OTH" "PINF" "NINF"],
    opt updateMode: ["added" "altered" "removed" "unchanged"],
];

/// What every text and everything binary has, besides.
static ENCODED: [Attribute; 8] = attributes![
    opt nullFlavor: ["NI" "NA" "UNK" "NASK" "ASKU" "NAV" "OTH" "PINF" "NINF"],
    opt updateMode: ["added" "altered" "removed" "unchanged"], opt representation: ["B64" "TXT"], opt mediaType: cs,
    opt language: cs, opt compression: ["DF" "GZ" "ZL" "Z"], opt integrityCheck: bin,
    opt integrityCheckAlgorithm: ["SHA-1" "SHA-256"],
];

static NONE: [Attribute; 0] = [];

sorts! {
    // Acts.
    ACTN_RQO = CLASS elements [opt classCode = "ACTN", opt moodCode = "RQO"];
    ADJUD_EVN = CLASS elements [opt classCode = "ADJUD", opt moodCode = "EVN"];
    ALRT_EVN = CLASS elements [opt classCode = "ALRT", opt moodCode = "EVN"];
    /// An act of whatever class.
    ANY_ACT = CLASS elements [one classCode: cs, one moodCode: cs];
    CACT_EVN = CLASS elements [opt classCode = "CACT", opt moodCode = "EVN"];
    CATEGORY_EVN = CLASS elements [opt classCode = "CATEGORY", opt moodCode = "EVN"];
    INFO_EVN = CLASS elements [opt classCode = "INFO", opt moodCode = "EVN"];
    INFO_RQO = CLASS elements [opt classCode = "INFO", opt moodCode = "RQO"];
    INFRM_EVN = CLASS elements [opt classCode = "INFRM", opt moodCode = "EVN"];
    OBS_EVN = CLASS elements [opt classCode = "OBS", opt moodCode = "EVN"];
    /// Says whether it was seen.
    OBS_SEEN = CLASS elements [opt classCode = "OBS", opt moodCode = "EVN", one negationInd: bl];
    PCPR_EVN = CLASS elements [opt classCode = "PCPR", opt moodCode = "EVN"];
    /// An administration in whatever mood.
    SBADM = CLASS elements [opt classCode = "SBADM", one moodCode: cs];
    SBADM_EVN = CLASS elements [opt classCode = "SBADM", opt moodCode = "EVN"];
    SBADM_PRMS = CLASS elements [opt classCode = "SBADM", opt moodCode = "PRMS"];
    SBADM_RQO = CLASS elements [opt classCode = "SBADM", opt moodCode = "RQO"];
    SPLY_EVN = CLASS elements [opt classCode = "SPLY", opt moodCode = "EVN"];
    SPLY_RQO = CLASS elements [opt classCode = "SPLY", opt moodCode = "RQO"];

    // Entities.
    DEV = CLASS elements [opt classCode = "DEV", opt determinerCode = "INSTANCE"];
    /// A request says ORG, an answer ENT.
    ENT = CLASS elements [opt classCode: ["ENT" "ORG"], opt determinerCode = "INSTANCE"];
    /// A claim says KIND of what is not dispensed by name (claim.md §5).
    MMAT = CLASS elements [opt classCode = "MMAT", opt determinerCode: ["INSTANCE" "KIND"]];
    MMAT_KIND = CLASS elements [opt classCode = "MMAT", opt determinerCode = "KIND"];
    ORG = CLASS elements [opt classCode = "ORG", opt determinerCode = "INSTANCE"];
    PLC = CLASS elements [opt classCode = "PLC", opt determinerCode = "INSTANCE"];
    PSN = CLASS elements [opt classCode = "PSN", opt determinerCode = "INSTANCE"];

    // Roles.
    AGNT = CLASS elements [opt classCode = "AGNT"];
    MANU = CLASS elements [opt classCode = "MANU"];
    PAT = CLASS elements [opt classCode = "PAT"];
    PROV = CLASS elements [opt classCode = "PROV"];
    ROL = CLASS elements [opt classCode = "ROL"];
    SDLOC = CLASS elements [opt classCode = "SDLOC"];

    // Relationships and participations.
    /// Says what became of a message.
    ANSWER = CLASS elements [one typeCode: cs];
    AUT = CLASS elements [opt typeCode = "AUT"];
    AUTH = CLASS elements [opt typeCode = "AUTH", opt contextConductionInd = "true"];
    COMP = CLASS elements [opt typeCode = "COMP"];
    /// Apart from the context.
    COMP_APART = CLASS elements [opt typeCode = "COMP", opt contextConductionInd = "false"];
    /// Within the context.
    COMP_WITHIN = CLASS elements [opt typeCode = "COMP", opt contextConductionInd = "true"];
    COVBY = CLASS elements [opt typeCode = "COVBY", opt contextConductionInd = "true"];
    FLFS = CLASS elements [opt typeCode = "FLFS", opt inversionInd = "false", opt negationInd = "false"];
    PART = CLASS elements [opt typeCode = "PART"];
    PERT = CLASS elements [opt typeCode = "PERT", opt contextConductionInd = "true"];
    /// Without passing the context on.
    PERT_APART = CLASS elements [opt typeCode = "PERT", opt contextConductionInd = "false"];
    /// Says nothing of the context.
    PERT_BARE = CLASS elements [opt typeCode = "PERT"];
    /// To something that is told elsewhere.
    PERT_LINK = CLASS elements [opt typeCode = "PERT", opt inversionInd = "false", opt negationInd = "false"];
    /// To a part.
    PERT_PART = CLASS elements [
        opt typeCode = "PERT", opt inversionInd = "false", opt contextConductionInd = "true", opt negationInd = "false",
    ];
    PRCP = CLASS elements [opt typeCode = "PRCP"];
    RCT = CLASS elements [opt typeCode = "RCT"];
    RCV = CLASS elements [opt typeCode = "RCV"];
    RESP = CLASS elements [opt typeCode = "RESP"];
    REV = CLASS elements [opt typeCode = "REV", opt inversionInd = "false", opt negationInd = "false"];
    /// The schema has false as the default of inversionInd, and every return says true (task.md §2).
    REV_INVERTED = CLASS elements [opt typeCode = "REV", opt inversionInd = "true", opt negationInd = "false"];
    RPLC = CLASS elements [opt typeCode = "RPLC"];
    RSON = CLASS elements [opt typeCode = "RSON"];
    SBJ = CLASS elements [opt typeCode = "SBJ"];
    SEQL = CLASS elements [opt typeCode = "SEQL"];
    SND = CLASS elements [opt typeCode = "SND"];
    SUBJ = CLASS elements [opt typeCode = "SUBJ", opt contextConductionInd = "false"];
    SUCC = CLASS elements [opt typeCode = "SUCC", opt inversionInd = "false", opt negationInd = "false"];

    // Participations that say how the context is passed on.
    AUT_OP = CLASS elements [opt typeCode = "AUT", opt contextControlCode = "OP"];
    /// The schema has ON as the default, and every message says OP (dispense.md §1).
    CSM_OP = CLASS elements [opt typeCode = "CSM", opt contextControlCode = "OP"];
    LA_OP = CLASS elements [opt typeCode = "LA", opt contextControlCode = "OP"];
    PRCP_ON = CLASS elements [opt typeCode = "PRCP", opt contextControlCode = "ON"];
    PRD_OP = CLASS elements [opt typeCode = "PRD", opt contextControlCode = "OP"];
    PRF_OP = CLASS elements [opt typeCode = "PRF", opt contextControlCode = "OP"];
    RESP_OP = CLASS elements [opt typeCode = "RESP", opt contextControlCode = "OP"];

    // Others.
    /// Without attributes of its own.
    BARE = CLASS elements [];
    /// Without any attribute.
    GROUP = NONE elements [];
}

sorts! {
    // Templates and message types, of which the schemas fix the values.
    TEMPLATE_PERTINENT = NONE elements [
        one root = (oid::TEMPLATE), one extension = "CSAB_RM-NPfITUK10.pertinentInformation",
        opt assigningAuthorityName: st, opt displayable: bl,
    ];
    TEMPLATE_PERTINENT_1 = NONE elements [
        one root = (oid::TEMPLATE), one extension = "CSAB_RM-NPfITUK10.pertinentInformation1",
        opt assigningAuthorityName: st, opt displayable: bl,
    ];
    TEMPLATE_SOURCE_1 = NONE elements [
        one root = (oid::TEMPLATE), one extension = "CSAB_RM-NPfITUK10.sourceOf1", opt assigningAuthorityName: st,
        opt displayable: bl,
    ];
    TEMPLATE_SOURCE_2 = NONE elements [
        one root = (oid::TEMPLATE), one extension = "CSAB_RM-NPfITUK10.sourceOf2", opt assigningAuthorityName: st,
        opt displayable: bl,
    ];
    TEMPLATE_RELEASED = NONE elements [
        one root = (oid::RELEASED_TEMPLATE), one extension: st, opt assigningAuthorityName: st, opt displayable: bl,
    ];
    TEMPLATE_HISTORY = NONE elements [
        one root = (oid::HISTORY_TEMPLATE), one extension: st, opt assigningAuthorityName: st, opt displayable: bl,
    ];

    // Data types.
    II = DATA elements [opt root: uid, opt extension: st, opt assigningAuthorityName: st, opt displayable: bl];
    BL = DATA elements [opt value: bl];
    INT = DATA elements [opt value: int];
    /// A limit of an interval.
    INT_LIMIT = DATA elements [opt value: int, opt inclusive: bl];
    TS = DATA elements [opt value: ts];
    SXCM_TS = DATA elements [opt value: ts, opt operator: ["I" "E" "A" "H" "P"]];
    IVXB_TS = DATA elements [opt value: ts, opt inclusive: bl];
    CS = DATA elements [opt code: cs, opt codeSystem: uid, opt codeSystemName: st, opt codeSystemVersion: st];
    CD = DATA elements [
        opt code: cs, opt codeSystem: uid, opt displayName: st, opt codeSystemName: st, opt codeSystemVersion: st,
    ];
    CR = DATA elements [
        opt code: cs, opt codeSystem: uid, opt displayName: st, opt codeSystemName: st, opt codeSystemVersion: st,
        opt inverted: bl,
    ];
    PQ = DATA elements [opt value: real, opt unit: cs];
    PQ_LIMIT = DATA elements [
        opt value: real, opt unit: cs, opt originalValue: any, opt originalUnit: any, opt inclusive: bl,
    ];
    PQR = DATA elements [
        opt value: real, opt code: cs, opt codeSystem: uid, opt displayName: st, opt codeSystemName: st,
        opt codeSystemVersion: st,
    ];
    IVL_INT = DATA text [opt value: int];
    IVL_PQ = DATA elements [opt operator: ["I" "E" "A" "H" "P"]];
    TEL = DATA elements [opt value: url, opt use: {"H" "HP" "HV" "WP" "AS" "EC" "PG" "MC"}];
    ED = ENCODED open [];
    /// A picture, which has no text besides.
    THUMBNAIL = ENCODED elements [];

    // Names and addresses, with their parts.
    NAME = DATA text [opt use: {
        "L" "A" "I" "R" "ABC" "SYL" "IDE" "PREVIOUS-BIRTH" "PREVIOUS-MAIDEN" "PREVIOUS-BACHELOR" "PREVIOUS" "PREFERRED"
    }];
    FAMILY = ENCODED text [opt partType = "FAM", opt qualifier: {"BR" "SP" "VV" "AC" "PR" "NB" "LS" "CL" "IN"}];
    GIVEN = ENCODED text [opt partType = "GIV", opt qualifier: {"BR" "SP" "VV" "AC" "PR" "NB" "LS" "CL" "IN"}];
    PREFIX = ENCODED text [opt partType = "PFX", opt qualifier: {"BR" "SP" "VV" "AC" "PR" "NB" "LS" "CL" "IN"}];
    SUFFIX = ENCODED text [opt partType = "SFX", opt qualifier: {"BR" "SP" "VV" "AC" "PR" "NB" "LS" "CL" "IN"}];
    DELIMITER = ENCODED text [opt partType = "DEL", opt qualifier: {"BR" "SP" "VV" "AC" "PR" "NB" "LS" "CL" "IN"}];
    AD = DATA text [
        opt use: {"PHYS" "PST" "TMP" "BAD" "H" "HP" "HV" "WP" "ABC" "SYL" "IDE"}, opt isNotOrdered: bl,
    ];
    DEL = ENCODED text [opt partType = "DEL"];
    CNT = ENCODED text [opt partType = "CNT"];
    STA = ENCODED text [opt partType = "STA"];
    CPA = ENCODED text [opt partType = "CPA"];
    CTY = ENCODED text [opt partType = "CTY"];
    ZIP = ENCODED text [opt partType = "ZIP"];
    SAL = ENCODED text [opt partType = "SAL"];
    BNR = ENCODED text [opt partType = "BNR"];
    BNN = ENCODED text [opt partType = "BNN"];
    DIR = ENCODED text [opt partType = "DIR"];
    STR = ENCODED text [opt partType = "STR"];
    STB = ENCODED text [opt partType = "STB"];
    STTYP = ENCODED text [opt partType = "STTYP"];
    ADL = ENCODED text [opt partType = "ADL"];
    UNID = ENCODED text [opt partType = "UNID"];
    UNIT = ENCODED text [opt partType = "UNIT"];
    CAR = ENCODED text [opt partType = "CAR"];
    CEN = ENCODED text [opt partType = "CEN"];
    ADDRK = NONE text [opt partType = "ADDRK"];
    DESC = NONE text [opt partType = "DESC"];
}
