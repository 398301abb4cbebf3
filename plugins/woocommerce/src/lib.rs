//! sourcepilot-plugin-woocommerce
