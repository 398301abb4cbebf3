//! Generated from `wit/`: both worlds in one, so that the types they share exist
//! once. The world struct itself is never instantiated, because it would demand
//! every export of both sides; each interface is looked up by its own indices.

wasmtime::component::bindgen!({
    inline: "
        package sourcepilot:host-side;
        world everything {
            include sourcepilot:plugin/supplier-full@0.1.0;
            include sourcepilot:plugin/store-full@0.1.0;
        }
    ",
    path: "../../../wit",
    world: "sourcepilot:host-side/everything",
    imports: { default: async | trappable },
    exports: { default: async },
    require_store_data_send: true,
});
