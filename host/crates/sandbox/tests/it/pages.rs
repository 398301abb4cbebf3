//! The ordinary product pages.

use serde_json::Value;
use sourcepilot_sandbox::SandboxConfig;

use crate::util::{client, world};

#[tokio::test]
async fn every_listed_page_is_there_with_its_pictures() {
    let world = world(SandboxConfig::default()).await;
    let get = async |path: &str| {
        let response = client().get(format!("{}{path}", world.urls.base)).send().await.expect("an answer");
        (response.status().as_u16(), response.text().await.unwrap_or_default())
    };
    let (status, index) = get("/pages").await;
    assert_eq!(status, 200);
    let names: Vec<&str> = index.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(names.len(), 10);
    for name in names {
        let (status, page) = get(name).await;
        assert_eq!(status, 200, "{name}");
        assert!(page.contains("(demo)") && !page.contains("{{base}}"), "{name}");
        for part in page.split(&format!("{}/images/", world.urls.base)).skip(1) {
            let image = part.split('"').next().unwrap_or_default();
            let path = format!("{}/images/{image}", world.urls.base);
            let response = client().get(path).send().await.expect("an answer");
            let kind = response.headers()["content-type"].to_str().expect("text").to_owned();
            assert!(kind.starts_with("image/"), "{name} {image}");
        }
    }
    assert_eq!(get("/pages/none").await.0, 404);
    assert_eq!(get("/pages/mug.html").await.0, 200);
}

#[tokio::test]
async fn structured_data_reads_as_json_except_where_it_is_broken_on_purpose() {
    let world = world(SandboxConfig::default()).await;
    for (name, blocks, broken) in
        [("desk-lamp", 1, 0), ("mug", 1, 0), ("backpack", 1, 0), ("sneakers", 2, 1), ("trap", 1, 0)]
    {
        let url = format!("{}/{name}", world.urls.pages);
        let page = client().get(url).send().await.expect("an answer").text().await.expect("a page");
        let parsed: Vec<bool> = page
            .split("<script type=\"application/ld+json\">")
            .skip(1)
            .filter_map(|rest| rest.split("</script>").next())
            .map(|text| serde_json::from_str::<Value>(text).is_ok())
            .collect();
        assert_eq!((parsed.len(), parsed.iter().filter(|fine| !**fine).count()), (blocks, broken), "{name}");
    }
}
