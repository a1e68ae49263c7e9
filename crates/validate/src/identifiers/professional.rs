//! Codes of health professionals, by the register that they claim to be from (identifiers.md §6).

use causeway_canonical::identifier::check_v3_professional;
use causeway_canonical::{IdentifierFault, ProfessionalKind, Severity};

/// The register of a naming system (identifiers.md §6.1).
pub(super) fn register(system: &str) -> Option<ProfessionalKind> {
    Some(match system.strip_prefix("https://fhir.hl7.org.uk/Id/")? {
        "gmc-number" => ProfessionalKind::Gmc,
        "gmp-number" => ProfessionalKind::Gmp,
        "nmc-number" => ProfessionalKind::Nmc,
        "gphc-number" => ProfessionalKind::Gphc,
        "hcpc-number" => ProfessionalKind::Hcpc,
        "din-number" => ProfessionalKind::Din,
        "nhsbsa-spurious-code" => ProfessionalKind::Spurious,
        "gdc-number" => ProfessionalKind::Gdc,
        "goc-number" => ProfessionalKind::Goc,
        "ppa-number" => ProfessionalKind::Ppa,
        "professional-code" => ProfessionalKind::ProfessionalCode,
        _ => return None,
    })
}

/// The form of the register, as a warning: no register publishes a check, and published orders carry other forms. Refused
/// is what the national services do not take for a code at all. Registers without a known form only warn of that.
pub(super) fn check(kind: ProfessionalKind, text: &str) -> Result<(), IdentifierFault> {
    let warned = |fault| IdentifierFault { severity: Severity::Warning, ..fault };
    if matches!(kind, ProfessionalKind::Ppa | ProfessionalKind::ProfessionalCode) {
        return check_v3_professional(text).map_err(warned);
    }
    kind.check(text).map_err(|fault| match check_v3_professional(text) {
        Err(national) if national.severity == Severity::Error => fault,
        _ => warned(fault),
    })
}
