/* Small conveniences on top of pages that work without them. Everything is bound to the document, so that parts put
   in by htmx need no set-up. Attributes: data-menu, data-opens, data-closes, data-confirm, data-filters, data-print, data-reveals. */
(function () {
  "use strict";
  var page = document;
  page.documentElement.classList.add("js");

  function openDialog(dialog) {
    if (!dialog || typeof dialog.showModal !== "function") { return false; }
    dialog.showModal();
    /* Where one types, not the cross, which comes first. */
    var first = dialog.querySelector(".dialog-body input:not([type=hidden]), .dialog-body select, .dialog-body textarea, .dialog-body button");
    if (first) { first.focus(); }
    return true;
  }

  page.addEventListener("click", function (event) {
    var target = event.target;
    var opener = target.closest("[data-opens]");
    if (opener && openDialog(page.getElementById(opener.dataset.opens))) { event.preventDefault(); return; }
    var closer = target.closest("[data-closes]");
    if (closer && closer.closest("dialog[open]")) { event.preventDefault(); closer.closest("dialog").close(); return; }
    var menu = target.closest("[data-menu]");
    if (menu) {
      var bar = menu.closest(".topbar");
      menu.setAttribute("aria-expanded", String(bar.classList.toggle("is-open")));
      return;
    }
    var eye = target.closest("[data-reveals]");
    if (eye) {
      var shown = eye.getAttribute("aria-pressed") !== "true";
      eye.setAttribute("aria-pressed", String(shown));
      eye.dataset.reveals.split(" ").forEach(function (id) { page.getElementById(id).type = shown ? "text" : "password"; });
      return;
    }
    if (target.closest("[data-print]")) { window.print(); return; }
    page.querySelectorAll("details.menu[open]").forEach(function (open) {
      if (!open.contains(target)) { open.open = false; }
    });
  });

  page.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    page.querySelectorAll("details.menu[open]").forEach(function (open) {
      open.open = false;
      open.querySelector("summary").focus();
    });
  });

  /* Before htmx or the browser sends the form: ask once, then send it with the button that was pressed. */
  page.addEventListener("submit", function (event) {
    var form = event.target;
    var dialog = page.getElementById("confirm");
    if (!form.dataset.confirm || form.dataset.confirmed || !dialog || typeof dialog.showModal !== "function") {
      delete form.dataset.confirmed;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    var pressed = event.submitter;
    dialog.querySelector("[data-question]").textContent = form.dataset.confirm;
    dialog.returnValue = "";
    dialog.addEventListener("close", function () {
      if (dialog.returnValue !== "yes") { return; }
      form.dataset.confirmed = "yes";
      form.requestSubmit(pressed || undefined);
    }, { once: true });
    dialog.showModal();
  }, true);

  /* Two clicks on a slow line send a form once; whoever means it twice can send it again a little later. */
  page.addEventListener("submit", function (event) {
    var form = event.target;
    var now = Date.now();
    if (event.defaultPrevented || (form.getAttribute("method") || "").toLowerCase() !== "post") { return; }
    if (now - Number(form.dataset.sent || 0) < 3000) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = String(now);
  });

  function plain(text) { return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " "); }

  page.addEventListener("input", function (event) {
    var field = event.target;
    if (!field.dataset || !field.dataset.filters) { return; }
    var wanted = plain(field.value.trim());
    var table = page.getElementById(field.dataset.filters);
    var shown = 0;
    table.querySelectorAll("tbody tr").forEach(function (row) {
      row.hidden = wanted !== "" && plain(row.textContent).indexOf(wanted) < 0;
      if (!row.hidden) { shown += 1; }
    });
    var count = field.closest(".row-filter").querySelector("[data-shown]");
    if (count) { count.textContent = String(shown); }
  });

  /* A box that has nothing to scroll is no stop for the Tab key. */
  function markScrollBoxes() {
    page.querySelectorAll("[data-scroll-box]").forEach(function (box) {
      var scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
      if (scrolls) { box.setAttribute("tabindex", "0"); } else { box.removeAttribute("tabindex"); }
      markCut(box);
    });
  }

  /* A shade at the right says that there is more. */
  function markCut(box) { box.classList.toggle("is-cut", box.scrollLeft + box.clientWidth < box.scrollWidth - 1); }

  page.addEventListener("scroll", function (event) {
    if (event.target.dataset && event.target.dataset.scrollBox !== undefined) { markCut(event.target); }
  }, true);
  page.addEventListener("toggle", markScrollBoxes, true);
  page.addEventListener("DOMContentLoaded", markScrollBoxes);
  page.addEventListener("htmx:load", markScrollBoxes);
  window.addEventListener("resize", markScrollBoxes);
})();
