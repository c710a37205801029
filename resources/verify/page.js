/* The page around KQ.verify. What comes from a square is shown as text, never as markup. */
(function () {
  "use strict";
  function part(id) { return document.getElementById(id); }
  function row(term, words) {
    var dt = document.createElement("dt"), dd = document.createElement("dd");
    dt.textContent = term;
    dd.textContent = words;
    part("claim").appendChild(dt);
    part("claim").appendChild(dd);
  }
  function show(text) {
    var found = KQ.verify(text, KQ_LISTS), claim = found.claim;
    part("answer").hidden = false;
    part("answer").className = found.standing;
    part("label").textContent = found.label;
    part("reason").textContent = found.reason;
    part("claim").textContent = "";
    if (claim) {
      row("姓名", claim.name);
      row("课程", claim.course);
      row("证书编号", claim.number);
      row("发证日期", claim.issued);
      row("发证学校", found.issuer_name || claim.issuer);
    }
    part("list").textContent = found.list_of ? "登记簿和撤销名单是 " + found.list_of + " 的。" : "";
  }
  part("who").textContent = KQ_LISTS.title || "";
  part("ask").addEventListener("submit", function (event) {
    event.preventDefault();
    show(part("text").value);
  });
  function fromAddress() {
    if (location.hash.length > 1) { show("https://x/c" + location.hash); }
  }
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
}());
