//! The data types of V3, as far as their elements go.

use super::types;

types! {
    /// A data type that is all attributes and text.
    PLAIN = {};
    /// Identifier.
    II = {};
    /// Truth value.
    BL = {};
    /// Whole number.
    INT = {};
    /// Point in time.
    TS = {};
    /// Code without more.
    CS = {};
    /// Text or other data, here a signature too.
    ED = { opt reference: TEL, opt thumbnail: ED };
    /// Text.
    ST = { opt reference: TEL, opt thumbnail: ED };
    /// Code with its words.
    CV = { opt originalText: ED };
    /// Code with the same in other systems.
    CE = { opt originalText: ED, any translation: CD };
    /// Code with qualifiers.
    CD = { opt originalText: ED, any qualifier: CR, any group: QUALIFIERS, any translation: CD };
    /// Qualifier of a code.
    CR = {
        opt originalText: ED, any qualifier: CR, any group: QUALIFIERS, any translation: CD, opt name: CV,
        opt value: CD,
    };
    /// Group of qualifiers.
    QUALIFIERS = { some qualifier: CR };
    /// Quantity.
    PQ = { any translation: PQR };
    /// The same quantity in another unit.
    PQR = { opt originalText: ED };
    /// Interval of whole numbers.
    IVL_INT = { one low: INT, one high: INT };
    /// Interval of time.
    IVL_TS = { opt low: TS | center: TS, opt width: PQ, opt high: TS };
    /// Interval of quantities.
    IVL_PQ = { opt low: PQ | center: PQ, opt width: PQ, opt high: PQ };
    /// Telephone number or electronic address.
    TEL = { any useablePeriod: IVL_TS, opt id: II };
    /// Name of a person; the parts stand in the order in which they are said.
    PN = {
        any given: PLAIN | family: PLAIN | prefix: PLAIN | suffix: PLAIN | delimiter: PLAIN, opt validTime: IVL_TS,
        opt id: II,
    };
    /// Name of an organisation.
    ON = { any delimiter: PLAIN | prefix: PLAIN | suffix: PLAIN, opt validTime: IVL_TS };
    /// Postal address; the parts stand in the order in which they are written.
    AD = {
        any streetAddressLine: PLAIN | postalCode: PLAIN | addressKey: PLAIN | delimiter: PLAIN | country: PLAIN
            | state: PLAIN | county: PLAIN | city: PLAIN | houseNumber: PLAIN | houseNumberNumeric: PLAIN
            | direction: PLAIN | streetName: PLAIN | streetNameBase: PLAIN | streetNameType: PLAIN
            | additionalLocator: PLAIN | unitID: PLAIN | unitType: PLAIN | carrier: PLAIN | censusTract: PLAIN
            | desc: PLAIN,
        any useablePeriod: IVL_TS, opt id: II,
    };
}
