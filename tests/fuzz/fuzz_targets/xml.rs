#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| causeway_tests::fuzz::run("xml", data));
