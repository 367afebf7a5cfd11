/// The style of the documentation's page.
enum DocumentationStyle {
  static let text = """
    :root{color-scheme:light dark;--ground:#fbfaf7;--card:#fff;--ink:#22262b;--soft:#666d76;--line:#e3e0d8;\
    --accent:#b4530a;--code:#f3f1ea;--get:#1f6f54;--post:#2456a5;--put:#8a5a00;--patch:#6a4a9c;--delete:#a3262a}
    @media (prefers-color-scheme:dark){:root{--ground:#15181c;--card:#1c2025;--ink:#e4e3de;--soft:#9aa1aa;\
    --line:#30353c;--accent:#f0a35e;--code:#262b32;--get:#63c6a0;--post:#84b0f5;--put:#e0b35c;--patch:#bda0ee;\
    --delete:#f08a8d}}
    *{box-sizing:border-box}html{scroll-behavior:smooth;scroll-padding-top:1rem}
    body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,sans-serif;display:grid;\
    grid-template-columns:19rem minmax(0,1fr)}
    nav{position:sticky;top:0;height:100vh;overflow-y:auto;border-right:1px solid var(--line);padding:1.2rem 1rem 3rem;\
    font-size:.82rem}
    nav ul{list-style:none;margin:0 0 .6rem;padding:0}nav a{color:inherit;text-decoration:none}
    nav li a{display:flex;gap:.5rem;padding:.16rem .3rem;border-radius:4px;align-items:baseline}
    nav li a:hover{background:var(--code)}nav li span{overflow-wrap:anywhere}
    nav h2{font-size:.72rem;letter-spacing:.08em;text-transform:uppercase;color:var(--soft);margin:1rem 0 .3rem;border:0}
    .brand{font-weight:650;font-size:1.05rem;margin:0}
    nav b{font-size:.62rem;width:2.9rem;flex:none;text-align:right}
    main{max-width:60rem;width:100%;padding:2rem 2.5rem 6rem;margin:0 auto}
    h1{margin:0 0 .6rem;font-size:2.1rem;letter-spacing:-.01em}h1 small{color:var(--soft);font-weight:400;font-size:1rem}
    h2{font-size:1.45rem;margin:2.8rem 0 .2rem}section>p{color:var(--soft);margin:.1rem 0 1rem}
    h4{margin:1.3rem 0 .4rem;font-size:.75rem;text-transform:uppercase;letter-spacing:.08em;color:var(--soft)}
    a{color:var(--accent)}code,pre{font:.86em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
    p code,td code,li code{background:var(--code);border-radius:4px;padding:.1em .32em;overflow-wrap:anywhere}
    pre{background:var(--code);border-radius:8px;padding:.9rem 1.1rem;overflow-x:auto;margin:.5rem 0}
    .facts{display:flex;flex-wrap:wrap;gap:.4rem 1.4rem;padding:.7rem 1rem;background:var(--card);\
    border:1px solid var(--line);border-radius:8px}
    b.get{color:var(--get)}b.post{color:var(--post)}b.put{color:var(--put)}b.patch{color:var(--patch)}
    b.delete{color:var(--delete)}b.get,b.post,b.put,b.patch,b.delete{text-transform:uppercase;letter-spacing:.04em}
    .operation{background:var(--card);border:1px solid var(--line);border-left:4px solid;border-radius:8px;margin:.6rem 0}
    .operation.get{border-left-color:var(--get)}.operation.post{border-left-color:var(--post)}
    .operation.put{border-left-color:var(--put)}.operation.patch{border-left-color:var(--patch)}
    .operation.delete{border-left-color:var(--delete)}
    .operation>summary{cursor:pointer;list-style:none;display:flex;flex-wrap:wrap;gap:.2rem .8rem;align-items:baseline;\
    padding:.6rem 1rem}
    .operation>summary::-webkit-details-marker{display:none}
    .operation>summary b{font-size:.75rem;width:3.4rem}.operation>summary .path{font-weight:600;overflow-wrap:anywhere}
    .path i{font-style:normal;color:var(--accent)}.summary{color:var(--soft);margin-left:auto;font-size:.9rem}
    .operation[open]>summary{border-bottom:1px solid var(--line)}
    .operation:has(:target),.schema:target{outline:2px solid var(--accent);outline-offset:2px}
    .body{padding:.4rem 1.2rem 1.2rem;scroll-margin-top:4rem}.try a{display:inline-block;background:var(--accent);color:var(--ground);\
    text-decoration:none;font-weight:600;border-radius:6px;padding:.15rem .8rem;margin-right:.5rem}
    .command{color:var(--soft);overflow-x:auto;white-space:nowrap}.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem}
    td{border-top:1px solid var(--line);padding:.45rem .8rem .45rem 0;vertical-align:top}
    td:first-child{white-space:nowrap}td.type{width:13rem}td p{margin:.15rem 0}.example{color:var(--soft);font-size:.88rem}
    .type,.headers,.media{color:var(--soft);font-size:.86rem}.name{font-weight:600}
    .required{color:var(--delete);font-size:.74rem}.status{font-weight:650;width:4rem}.status.ok{color:var(--get)}
    .refusals{margin-top:.8rem;font-size:.92rem}.refusals>summary{cursor:pointer;color:var(--soft)}
    article.schema{border-top:1px solid var(--line);padding:.8rem 0}article h3{margin:0;font-size:1rem}
    .members{list-style:none;margin:.3rem 0;padding-left:1rem;border-left:2px solid var(--line)}
    .members li{padding:.15rem 0}.members p{margin:.1rem 0;color:var(--soft);font-size:.9rem}
    @media (max-width:56rem){body{display:block}nav{position:static;height:auto;border-right:0;\
    border-bottom:1px solid var(--line)}nav ul{display:none}nav h2{display:inline-block;margin:.3rem .8rem 0 0}\
    main{padding:1.2rem 1rem 4rem}.summary{margin-left:0;width:100%}}
    @media print{nav{display:none}body{display:block}}
    """
}
