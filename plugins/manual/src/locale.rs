//! What a page's language and place say about its numbers and signs.

/// Languages that write a comma before the fraction.
const COMMA: [&str; 34] = [
    "az", "be", "bg", "bs", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fi", "fr", "gl", "hr", "hu",
    "id", "is", "it", "lt", "lv", "mk", "nb", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "uk",
];

/// Languages that write a point.
const POINT: [&str; 9] = ["en", "ja", "zh", "ko", "th", "he", "hi", "ms", "ga"];

/// A language and a country, as far as a page tells them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Locale {
    /// In lower case.
    pub(crate) language: String,
    /// ISO code in upper case.
    pub(crate) country: String,
}

impl Locale {
    /// From the page's language tag and, where that names no country, its host's ending.
    pub(crate) fn of(tag: &str, host: &str) -> Locale {
        let mut parts = tag.trim().split(['-', '_']);
        let language = parts.next().unwrap_or_default().to_ascii_lowercase();
        let named = parts.find(|part| part.len() == 2).map(str::to_ascii_uppercase);
        let ending = host.rsplit('.').next().unwrap_or_default();
        let by_host = || match ending {
            "uk" => Some("GB".to_owned()),
            ending if ending.len() == 2 && !matches!(ending, "io" | "co" | "tv" | "me" | "ai" | "eu") => {
                Some(ending.to_ascii_uppercase())
            }
            _ => None,
        };
        Locale { language, country: named.or_else(by_host).unwrap_or_default() }
    }

    /// The mark before the fraction; `None` when it is not known.
    pub(crate) fn decimal(&self) -> Option<char> {
        let language = self.language.as_str();
        match self.country.as_str() {
            "CH" | "LI" | "MX" | "GT" | "PE" | "DO" => Some('.'),
            "ZA" => None,
            _ if COMMA.contains(&language) || matches!(language, "tr" | "vi" | "sr" | "nn") => Some(','),
            _ if POINT.contains(&language) => Some('.'),
            _ => None,
        }
    }

    fn is(&self, countries: &[&str]) -> bool {
        countries.contains(&self.country.as_str())
    }

    /// The currency of a sign that belongs to several.
    pub(crate) fn of_sign(&self, sign: &str) -> Option<&'static str> {
        let country = self.country.as_str();
        let language = self.language.as_str();
        match sign {
            "$" => match country {
                "CA" => Some("CAD"),
                "AU" => Some("AUD"),
                "NZ" => Some("NZD"),
                "SG" => Some("SGD"),
                "HK" => Some("HKD"),
                "MX" => Some("MXN"),
                "AR" => Some("ARS"),
                "CL" => Some("CLP"),
                "CO" => Some("COP"),
                "TW" => Some("TWD"),
                "US" | "PR" | "EC" | "SV" => Some("USD"),
                // A shop in plain English: of all dollars this one is worth the most, so
                // that a cost is never taken too low.
                "" if language == "en" => Some("USD"),
                _ => None,
            },
            "kr" => match (country, language) {
                ("SE", _) | ("", "sv") => Some("SEK"),
                ("DK", _) | ("", "da") => Some("DKK"),
                ("NO", _) | ("", "nb" | "nn" | "no") => Some("NOK"),
                ("IS", _) | ("", "is") => Some("ISK"),
                _ => None,
            },
            "¥" | "￥" | "円" | "元" => match language {
                _ if sign == "円" || language == "ja" || self.is(&["JP"]) => Some("JPY"),
                _ if sign == "元" || language == "zh" || self.is(&["CN"]) => Some("CNY"),
                _ => None,
            },
            "rs" | "₨" => match country {
                "IN" => Some("INR"),
                "PK" => Some("PKR"),
                "LK" => Some("LKR"),
                "NP" => Some("NPR"),
                _ => None,
            },
            "r" => self.is(&["ZA"]).then_some("ZAR"),
            "fr" => self.is(&["CH", "LI"]).then_some("CHF"),
            "lei" => Some(if self.is(&["MD"]) { "MDL" } else { "RON" }),
            "£" => Some("GBP"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_signs() {
        for (tag, host, decimal, dollar) in [
            ("de", "shop.de", Some(','), None),
            ("de-CH", "shop.ch", Some('.'), None),
            ("en", "shop.example.com", Some('.'), Some("USD")),
            ("en-CA", "shop.com", Some('.'), Some("CAD")),
            ("en", "shop.com.au", Some('.'), Some("AUD")),
            ("", "shop.example", None, None),
            ("es_MX", "", Some('.'), Some("MXN")),
            ("zh-Hant-TW", "", Some('.'), Some("TWD")),
        ] {
            let locale = Locale::of(tag, host);
            assert_eq!((locale.decimal(), locale.of_sign("$")), (decimal, dollar), "{tag} {host}");
        }
        assert_eq!(Locale::of("sv", "").of_sign("kr"), Some("SEK"));
        assert_eq!(Locale::of("en", "shop.no").of_sign("kr"), Some("NOK"));
    }
}
