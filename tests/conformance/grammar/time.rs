#[test]
fn grammar_timing() {
    let all: Vec<_> = super::published().into_iter().collect();
    let context = super::context();
    let (mut read, mut shape, mut parse) =
        (std::time::Duration::ZERO, std::time::Duration::ZERO, std::time::Duration::ZERO);
    for _ in 0..20 {
        for s in &all {
            if s.source.len() > 40000 {
                continue;
            }
            let t = std::time::Instant::now();
            let reading = super::v3().read(&s.source, &context);
            read += t.elapsed();
            let t = std::time::Instant::now();
            let tree = causeway_syntax::XmlTree::parse(s.interaction.as_bytes(), &Default::default()).unwrap();
            parse += t.elapsed();
            let t = std::time::Instant::now();
            let f = causeway_adapter_eps::grammar::check(&tree, &reading.findings);
            shape += t.elapsed();
            std::hint::black_box(f);
        }
    }
    println!("TIMING read {read:?} parse {parse:?} shape {shape:?}");
}
