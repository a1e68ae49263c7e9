//! The data types of V3.

use super::types;

types! {
    /// Identifier.
    II = II {};
    /// Truth value.
    BL = BL {};
    /// Whole number.
    INT = INT {};
    /// Point in time.
    TS = TS {};
    /// Point in time that is part of a set.
    SXCM_TS = SXCM_TS {};
    /// Code without more.
    CS = CS {};
    /// Text or other data, here a signature too.
    ED = ED { opt reference: TEL, opt thumbnail: THUMBNAIL { opt reference: TEL } };
    /// Text.
    ST = ED { opt reference: TEL, opt thumbnail: THUMBNAIL { opt reference: TEL } };
    /// Code with its words.
    CV = CD { opt originalText: ED };
    /// Code with the same in other systems.
    CE = CD { opt originalText: ED, any translation: CD };
    /// Code with qualifiers.
    CD = CD { opt originalText: ED, any qualifier: CR, any group: QUALIFIERS, any translation: CD };
    /// Qualifier of a code.
    CR = CR {
        opt originalText: ED, any qualifier: CR, any group: QUALIFIERS, any translation: CD, opt name: CV,
        opt value: CD,
    };
    /// Group of qualifiers.
    QUALIFIERS = GROUP { some qualifier: CR };
    /// Quantity.
    PQ = PQ { any translation: PQR };
    /// The same quantity in another unit.
    PQR = PQR { opt originalText: ED };
    /// Interval of whole numbers.
    IVL_INT = IVL_INT { one low: INT_LIMIT {}, one high: INT_LIMIT {} };
    /// Limit of an interval of time.
    IVXB_TS = IVXB_TS {};
    /// Interval of time.
    IVL_TS = SXCM_TS {
        opt low: IVXB_TS | center: TS, opt width: PQ, opt high: IVXB_TS; never center high, never low width high
    };
    /// Interval of quantities.
    IVL_PQ = IVL_PQ {
        opt low: PQ_LIMIT of PQ | center: PQ, opt width: PQ, opt high: PQ_LIMIT of PQ;
        never center high, never low width high
    };
    /// Telephone number or electronic address.
    TEL = TEL { any useablePeriod: IVL_TS, opt id: II };
    /// Name of a person; the parts stand in the order in which they are said.
    PN = NAME {
        any given: GIVEN {} | family: FAMILY {} | prefix: PREFIX {} | suffix: SUFFIX {} | delimiter: DELIMITER {},
        opt validTime: IVL_TS, opt id: II,
    };
    /// Name of an organisation.
    ON = NAME { any delimiter: DELIMITER {} | prefix: PREFIX {} | suffix: SUFFIX {}, opt validTime: IVL_TS };
    /// Postal address; the parts stand in the order in which they are written.
    AD = AD {
        any streetAddressLine: SAL {} | postalCode: ZIP {} | addressKey: ADDRK {} | delimiter: DEL {}
            | country: CNT {} | state: STA {} | county: CPA {} | city: CTY {} | houseNumber: BNR {}
            | houseNumberNumeric: BNN {} | direction: DIR {} | streetName: STR {} | streetNameBase: STB {}
            | streetNameType: STTYP {} | additionalLocator: ADL {} | unitID: UNID {} | unitType: UNIT {}
            | carrier: CAR {} | censusTract: CEN {} | desc: DESC {},
        any useablePeriod: IVL_TS, opt id: II,
    };

    // Templates, with what they fix.
    TEMPLATE_PERTINENT = TEMPLATE_PERTINENT {};
    TEMPLATE_PERTINENT_1 = TEMPLATE_PERTINENT_1 {};
    TEMPLATE_SOURCE_1 = TEMPLATE_SOURCE_1 {};
    TEMPLATE_SOURCE_2 = TEMPLATE_SOURCE_2 {};
    TEMPLATE_RELEASED = TEMPLATE_RELEASED {};
    TEMPLATE_HISTORY = TEMPLATE_HISTORY {};
}
