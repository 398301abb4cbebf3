//! Answers that cannot be true.

use sourcepilot_domain::{Currency, ErrorKind, Money};

use crate::world::{World, assert_kind, call, reference};

#[tokio::test]
async fn an_honest_product_arrives_whole() {
    let product = World::new().await.attack("ok").await.result.unwrap();
    assert_eq!(product.title, "Fine");
    assert_eq!(product.price, Money::new("9.50".parse().unwrap(), Currency::USD));
    assert_eq!(product.variants.len(), 2);
    assert_eq!(product.option_axes()[0].values, ["Red"]);
    assert_eq!(product.rating, Some("4.5".parse().unwrap()));
}

#[tokio::test]
async fn every_lie_is_named() {
    let world = World::new().await;
    for (lie, field, words) in [
        ("price", "product.price", "is negative"),
        ("amount", "product.variants[1].price", "is no money"),
        ("currency", "product.variants[1].price", "is in EUR"),
        ("image", "product.images[1]", "not an http or https address"),
        ("images", "product.images", "201 entries"),
        ("variants", "product.variants", "is empty"),
        ("twins", "product.variants[2].id", "occurs twice"),
        ("many", "product.variants", "2049 entries"),
        ("title", "product.title", "more than 1000 characters"),
        ("untitled", "product.title", "is empty"),
        ("description", "product.description-html", "bytes"),
        ("rating", "product.rating", "from 0 to 5"),
        ("id", "product.ref.id", "not an id"),
    ] {
        let failure = world.fails(&format!("lie:{lie}")).await;
        assert_kind(&failure, ErrorKind::BadAnswer, words);
        assert!(failure.message.contains(&format!("`{field}`")), "{lie}: {failure}");
    }
}

#[tokio::test]
async fn an_answer_has_a_size() {
    let world = World::new().await;
    assert_eq!(world.attack("large:4").await.result.unwrap().variants.len(), 2048);
    assert_kind(&world.fails("large:60").await, ErrorKind::Limit, "handed over more than");
}

#[tokio::test]
async fn one_price_per_question() {
    let world = World::new().await;
    let asked = vec![reference("a"), reference("b"), reference("c")];
    let failure = world.supplier.get_prices(call(), asked).await.result.unwrap_err();
    assert_kind(&failure, ErrorKind::BadAnswer, "2 entries for 3 questions");
    let failure = world.supplier.get_prices(call(), vec![reference("a"); 6]).await.result.unwrap_err();
    assert_kind(&failure, ErrorKind::InvalidInput, "gives 5");
}

#[tokio::test]
async fn what_is_not_offered_is_unsupported() {
    let world = World::new().await;
    let failure = world.supplier.renew(call()).await.result.unwrap_err();
    assert_kind(&failure, ErrorKind::Unsupported, "token-renewal");
}
