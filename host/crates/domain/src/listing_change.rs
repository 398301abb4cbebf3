//! What a merchant may change on a product that stands in a shop, and what no
//! change gets past: a price is never zero, never below the floor, and a crossed-out
//! price is always above the price.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::listing::{ListingStatus, ProductState, VariantChange, VariantState};
use crate::{Currency, Money};

/// No amount in a shop is higher.
const HIGHEST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// No price has more digits behind the point.
const MOST_DECIMALS: u32 = 8;

/// A wish of a merchant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Whether buyers see it; unchanged when absent.
    pub status: Option<ListingStatus>,
    /// Variants to be changed.
    pub variants: Vec<VariantWish>,
}

/// A wish for one variant; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VariantWish {
    /// Our key of the variant: its SKU.
    pub sku: String,
    /// In the shop's currency.
    pub price: Option<Decimal>,
    /// The crossed-out price; zero takes it away.
    pub compare_at: Option<Decimal>,
    /// How many there are.
    pub stock: Option<u32>,
}

/// Why a wish is not granted. Each is a sentence for the merchant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum ChangeError {
    #[error("The product in the shop has no variant with the SKU '{0}'.")]
    NoVariant(String),
    #[error("The SKU '{0}' is named twice; name each variant once.")]
    Twice(String),
    #[error("The price of '{sku}' must be above zero and at most {HIGHEST}.")]
    Price { sku: String },
    #[error("The crossed-out price of '{sku}' must be above its price of {price}; send 0 to take it away.")]
    CompareAt { sku: String, price: Money },
    #[error(
        "The price of '{sku}' would be {price}, which is below {floor}, the lowest price that covers its cost."
    )]
    Floor { sku: String, price: Money, floor: Money },
    #[error(
        "The shop did not say what '{0}' costs now, so its crossed-out price cannot be changed alone; send the price as well."
    )]
    Unpriced(String),
}

/// What to send to the shop. `floor` knows the lowest price of a SKU, in the shop's
/// currency, when its cost is known.
///
/// # Errors
/// The first wish that cannot be granted; then nothing is sent at all.
pub fn changes(
    state: &ProductState,
    wishes: &[VariantWish],
    currency: Currency,
    floor: impl Fn(&str) -> Option<Decimal>,
) -> Result<Vec<VariantChange>, ChangeError> {
    let mut planned: Vec<VariantChange> = Vec::with_capacity(wishes.len());
    for wish in wishes {
        let variant = state
            .variants
            .iter()
            .find(|variant| variant.key.as_deref() == Some(wish.sku.as_str()))
            .ok_or_else(|| ChangeError::NoVariant(wish.sku.clone()))?;
        if planned.iter().any(|change| change.id == variant.id) {
            return Err(ChangeError::Twice(wish.sku.clone()));
        }
        planned.push(change(variant, wish, currency, floor(&wish.sku))?);
    }
    Ok(planned)
}

fn change(
    variant: &VariantState,
    wish: &VariantWish,
    currency: Currency,
    floor: Option<Decimal>,
) -> Result<VariantChange, ChangeError> {
    let (id, stock) = (variant.id.clone(), wish.stock);
    if wish.price.is_none() && wish.compare_at.is_none() {
        return Ok(VariantChange { id, price: None, compare_at: None, stock });
    }
    let currency = variant.price.map_or(currency, |price| price.currency);
    let amount = match (wish.price, variant.price) {
        (Some(amount), _) => amount,
        (None, Some(now)) => now.amount,
        (None, None) => return Err(ChangeError::Unpriced(wish.sku.clone())),
    };
    if amount <= Decimal::ZERO || amount > HIGHEST {
        return Err(ChangeError::Price { sku: wish.sku.clone() });
    }
    let price = Money::new(amount, currency);
    if let Some(floor) = floor.filter(|floor| wish.price.is_some() && amount < *floor) {
        let floor = Money::new(floor, currency);
        return Err(ChangeError::Floor { sku: wish.sku.clone(), price, floor });
    }
    let compare_at = crossed_out(variant, wish, price)?;
    Ok(VariantChange { id, price: Some(price), compare_at, stock })
}

/// A crossed-out price that nobody mentioned stays as long as it is one.
fn crossed_out(
    variant: &VariantState,
    wish: &VariantWish,
    price: Money,
) -> Result<Option<Money>, ChangeError> {
    match wish.compare_at {
        Some(amount) if amount.is_zero() => Ok(None),
        Some(amount) if amount > price.amount && amount <= HIGHEST => {
            Ok(Some(Money::new(amount, price.currency)))
        }
        Some(_) => Err(ChangeError::CompareAt { sku: wish.sku.clone(), price }),
        None => Ok(variant.compare_at.filter(|now| now.amount > price.amount)),
    }
}

/// Whether everything that was wished for is so. A shop that keeps fewer decimals has
/// rounded prices up to them.
#[must_use]
pub fn granted(state: &ProductState, status: Option<ListingStatus>, changes: &[VariantChange]) -> bool {
    status.is_none_or(|status| status == state.status)
        && changes.iter().all(|change| {
            state.variants.iter().any(|variant| variant.id == change.id && is_as_wished(variant, change))
        })
}

fn is_as_wished(variant: &VariantState, change: &VariantChange) -> bool {
    has_prices(variant, change) && change.stock.is_none_or(|stock| variant.stock == Some(stock))
}

fn has_prices(variant: &VariantState, change: &VariantChange) -> bool {
    let Some(price) = change.price else { return true };
    (0..=MOST_DECIMALS).any(|decimals| {
        let kept = |money: Money| {
            let amount = money.amount.round_dp_with_strategy(decimals, RoundingStrategy::ToPositiveInfinity);
            Money::new(amount, money.currency)
        };
        let price = kept(price);
        // One that is not above the price any more after rounding is left out.
        let compare_at = change.compare_at.map(kept).filter(|crossed| crossed.amount > price.amount);
        variant.price == Some(price) && variant.compare_at == compare_at
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    fn usd(amount: Decimal) -> Money {
        Money::new(amount, Currency::USD)
    }

    fn state() -> ProductState {
        let variant = |sku: &str, compare_at| VariantState {
            id: format!("id-{sku}"),
            key: Some(sku.to_owned()),
            price: Some(usd(dec("10"))),
            compare_at,
            stock: Some(5),
        };
        ProductState {
            id: "1".to_owned(),
            status: ListingStatus::Draft,
            title: "A lamp".to_owned(),
            url: None,
            variants: vec![variant("a", None), variant("b", Some(usd(dec("15"))))],
        }
    }

    fn wish(sku: &str) -> VariantWish {
        VariantWish { sku: sku.to_owned(), ..VariantWish::default() }
    }

    fn one(wish: VariantWish, floor: Option<Decimal>) -> Result<VariantChange, ChangeError> {
        changes(&state(), &[wish], Currency::USD, |_| floor).map(|mut all| all.remove(0))
    }

    #[test]
    fn a_crossed_out_price_that_nobody_mentions_stays_as_long_as_it_is_above_the_price() {
        let kept = one(VariantWish { price: Some(dec("12")), ..wish("b") }, None).expect("granted");
        assert_eq!((kept.price, kept.compare_at), (Some(usd(dec("12"))), Some(usd(dec("15")))));
        let passed = one(VariantWish { price: Some(dec("15")), ..wish("b") }, None).expect("granted");
        assert_eq!(passed.compare_at, None);
        let taken = one(VariantWish { compare_at: Some(dec("0")), ..wish("b") }, None).expect("granted");
        assert_eq!((taken.price, taken.compare_at), (Some(usd(dec("10"))), None));
    }

    #[test]
    fn stock_alone_sends_no_price() {
        let change = one(VariantWish { stock: Some(0), ..wish("a") }, Some(dec("99"))).expect("granted");
        assert_eq!((change.price, change.compare_at, change.stock), (None, None, Some(0)));
    }

    #[test]
    fn no_price_is_zero_negative_absurd_or_below_the_floor() {
        for amount in [dec("0"), dec("-1"), dec("1000000000.01")] {
            let refused = one(VariantWish { price: Some(amount), ..wish("a") }, None);
            assert!(matches!(refused, Err(ChangeError::Price { .. })), "{amount}");
        }
        let cheap = VariantWish { price: Some(dec("7.99")), ..wish("a") };
        assert!(matches!(one(cheap.clone(), Some(dec("8"))), Err(ChangeError::Floor { .. })));
        assert!(one(cheap, Some(dec("7.99"))).is_ok());
    }

    #[test]
    fn a_crossed_out_price_is_above_the_price() {
        for amount in [dec("10"), dec("9"), dec("-1")] {
            let refused = one(VariantWish { compare_at: Some(amount), ..wish("a") }, None);
            assert!(matches!(refused, Err(ChangeError::CompareAt { .. })), "{amount}");
        }
    }

    #[test]
    fn a_variant_is_known_and_named_once() {
        assert_eq!(one(wish("z"), None), Err(ChangeError::NoVariant("z".to_owned())));
        let twice = changes(&state(), &[wish("a"), wish("a")], Currency::USD, |_| None);
        assert_eq!(twice, Err(ChangeError::Twice("a".to_owned())));
    }

    #[test]
    fn what_is_read_back_is_compared_with_the_wish() {
        let change =
            one(VariantWish { price: Some(dec("12")), stock: Some(3), ..wish("a") }, None).expect("granted");
        let mut now = state();
        assert!(!granted(&now, None, std::slice::from_ref(&change)));
        now.variants[0].price = Some(usd(dec("12.00")));
        now.variants[0].stock = Some(3);
        assert!(granted(&now, None, std::slice::from_ref(&change)));
        assert!(!granted(&now, Some(ListingStatus::Active), &[change]));
    }

    #[test]
    fn a_shop_with_fewer_decimals_may_round_up_and_never_down() {
        let wished = |price: &str, compare_at: Option<&str>| VariantChange {
            id: "id-a".to_owned(),
            price: Some(usd(dec(price))),
            compare_at: compare_at.map(|amount| usd(dec(amount))),
            stock: None,
        };
        let shows = |price: &str, compare_at: Option<&str>, change: &VariantChange| {
            let mut now = state();
            now.variants[0].price = Some(usd(dec(price)));
            now.variants[0].compare_at = compare_at.map(|amount| usd(dec(amount)));
            granted(&now, None, std::slice::from_ref(change))
        };
        let change = wished("12.49", Some("14.10"));
        assert!(shows("12.49", Some("14.10"), &change));
        assert!(shows("13", Some("15"), &change));
        assert!(shows("12.5", Some("14.1"), &change));
        assert!(!shows("12", Some("14"), &change));
        assert!(!shows("13", Some("14.10"), &change));
        assert!(!shows("13", None, &change));
        assert!(!shows("14", Some("15"), &change));
        assert!(shows("13", None, &wished("12.49", Some("12.99"))));
    }
}
