//! `a@[192.0.2.1]`: addresses of machines instead of domains. None is accepted; the
//! sentence says whether it would have been one.

use std::net::Ipv6Addr;

/// Why this cannot be used.
pub(super) fn refusal(literal: &str) -> String {
    let is_number = !literal.is_empty() && literal.chars().all(|c| c.is_ascii_digit() || c == '.');
    let tagged = literal.get(..5).filter(|tag| tag.eq_ignore_ascii_case("ipv6:")).map(|_| &literal[5..]);
    let fault = if is_number {
        ipv4_fault(literal).map(|fault| {
            format!(
                "The address in brackets after the @-sign is not valid: It is not an IPv4 address ({fault}) \
                 or is missing an address literal tag."
            )
        })
    } else if let Some(address) = tagged {
        let valid = address.parse::<Ipv6Addr>().is_ok();
        (!valid).then(|| "The IPv6 address in brackets after the @-sign is not valid.".to_owned())
    } else if literal.contains(':') {
        Some("The part after the @-sign contains an invalid address literal tag in brackets.".to_owned())
    } else {
        Some(
            "The part after the @-sign in brackets is not an IPv4 address and has no address literal tag."
                .to_owned(),
        )
    };
    fault.unwrap_or_else(|| "A bracketed IP address after the @-sign is not allowed here.".to_owned())
}

/// What is wrong with an address of digits and periods.
fn ipv4_fault(text: &str) -> Option<String> {
    let octets: Vec<&str> = text.split('.').collect();
    if octets.len() != 4 {
        return Some(format!("Expected 4 octets in '{text}'"));
    }
    octets.into_iter().find_map(octet_fault).map(|fault| format!("{fault} in '{text}'"))
}

fn octet_fault(octet: &str) -> Option<String> {
    if octet.is_empty() {
        Some("Empty octet not permitted".to_owned())
    } else if octet.len() > 3 {
        Some(format!("At most 3 characters permitted in '{octet}'"))
    } else if octet != "0" && octet.starts_with('0') {
        Some(format!("Leading zeros are not permitted in '{octet}'"))
    } else if octet.parse::<u8>().is_err() {
        Some(format!("Octet {octet} (> 255) not permitted"))
    } else {
        None
    }
}
