/* Conveniences of a document's page, which works without: the record changes without the page, the text follows it,
   and what is selected in the text can be added. Places are counted in characters, as the server counts them. */
(function () {
  "use strict";
  var page = document;
  var reader = page.querySelector("[data-reader]");
  if (!reader) { return; }
  var text = reader.querySelector("[data-text]");
  var bar = page.querySelector("[data-selection]");

  function marks(key) { return text.querySelectorAll('[data-keys~="' + key + '"], .task-mark[data-key="' + key + '"]'); }

  function inView(mark) {
    if (!mark) { return; }
    var far = Math.abs(mark.getBoundingClientRect().top) > 2 * window.innerHeight;
    var calm = far || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    mark.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
  }

  function setCurrent(key) {
    text.querySelectorAll(".is-current").forEach(function (mark) { mark.classList.remove("is-current"); });
    var own = marks(key);
    own.forEach(function (mark) { mark.classList.add("is-current"); });
    return own[0];
  }

  function setState(key, state, told) {
    marks(key).forEach(function (mark) {
      /* What several share shows the state of the shortest of them. */
      if (mark.dataset.key !== key) { return; }
      if (mark.dataset.said) { mark.title = told + mark.dataset.said; } else { mark.textContent = mark.textContent.split(" · ")[0] + " · " + told; }
      mark.classList.remove("is-proposed", "is-holds", "is-rejected");
      mark.classList.add("is-" + state);
    });
    text.querySelectorAll('.line[data-in="' + key + '"]').forEach(function (line) {
      line.classList.remove("is-proposed", "is-holds", "is-rejected");
      line.classList.add("is-" + state);
    });
  }

  /* The record shows the first that waits: in a box that scrolls by itself, its words are brought into view too. */
  var box = text.closest("[data-scroll-box]");
  var first = text.querySelector(".is-current");
  if (first && !window.location.hash && box.scrollHeight > box.clientHeight) {
    box.scrollTop += first.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
  }

  function fetchRecord(url) { window.htmx.ajax("GET", url.split("#")[0], { target: "#record", swap: "innerHTML" }); }

  page.addEventListener("click", function (event) {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx) { return; }
    var mark = event.target.closest("a[data-key], a[data-step]");
    if (!mark) { return; }
    if (String(window.getSelection()).length > 1 && text.contains(mark)) { event.preventDefault(); return; }
    event.preventDefault();
    fetchRecord(mark.href);
  });

  page.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id !== "record") { return; }
    var record = event.target.querySelector(".record");
    if (record.dataset.done) { setState(record.dataset.done, record.dataset.state, record.dataset.label); }
    if (record.dataset.at) { inView(setCurrent(record.dataset.at)); }
    var first = record.querySelector("form.promise-form [aria-invalid=true], form.promise-form textarea:not([name=quote])") || record.querySelector("h2");
    if (first) { first.focus({ preventScroll: true }); }
    event.target.scrollTop = 0;
  });

  page.addEventListener("click", function (event) {
    var quote = event.target.closest("[data-quote]");
    if (!quote) { return; }
    event.preventDefault();
    var mark = page.querySelector(quote.getAttribute("href"));
    inView(mark);
    if (mark && mark.focus) { mark.focus({ preventScroll: true }); }
  });

  /* A place in the page as a place in the text: the piece's own place and the characters before it in the piece. */
  function placeOf(node, offset, isEnd) {
    var piece = node.nodeType === 1 ? node : node.parentNode;
    if (node.nodeType === 1) {
      var child = node.childNodes[isEnd ? offset - 1 : offset];
      var inner = child && child.nodeType === 1 ? child : null;
      if (inner && !inner.dataset.start) { inner = inner.querySelector("[data-start]"); }
      if (inner) { return Number(inner.dataset.start) + (isEnd ? Array.from(inner.textContent).length : 0); }
    }
    piece = piece.closest("[data-start]");
    if (!piece || !text.contains(piece)) { return null; }
    return Number(piece.dataset.start) + Array.from(piece.textContent.slice(0, node.nodeType === 3 ? offset : 0)).length;
  }

  function selected() {
    var selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) { return null; }
    var range = selection.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) { return null; }
    var start = placeOf(range.startContainer, range.startOffset, false);
    var end = placeOf(range.endContainer, range.endOffset, true);
    return start !== null && end !== null && end > start ? { start: start, end: end } : null;
  }

  if (bar && reader.dataset.add) {
    page.addEventListener("selectionchange", function () { bar.hidden = selected() === null; });
    bar.addEventListener("mousedown", function (event) { event.preventDefault(); });
    bar.addEventListener("click", function (event) {
      var button = event.target.closest("[data-add-kind]");
      var place = button && selected();
      if (!place) { return; }
      var url = reader.dataset.add + "?kind=" + button.dataset.addKind + "&start=" + place.start + "&end=" + place.end;
      window.getSelection().removeAllRanges();
      bar.hidden = true;
      if (window.htmx) { fetchRecord(url); } else { window.location.assign(url); }
    });
  }
})();
