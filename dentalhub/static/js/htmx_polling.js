// Polling rests while nobody looks; the next tick after the tab comes back asks again. What a person has opened or
// scrolled sideways stays as it is: an answer that nobody asked for takes nothing away.
// The server ends a poll with status 286, which htmx understands by itself.
(() => {
  "use strict";
  const isPoll = (element) => (element?.getAttribute("hx-trigger") ?? "").includes("every ");
  const captionOf = (wrap) => wrap.querySelector("caption")?.textContent.trim() ?? "";
  let kept = null;

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && isPoll(event.detail.elt)) event.preventDefault();
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const region = event.detail.target;
    kept = null;
    if (!isPoll(event.detail.requestConfig?.elt)) return;
    kept = {
      region: region.id,
      open: [...region.querySelectorAll("details[id][open]")].map((details) => details.id),
      scrolled: [...region.querySelectorAll(".table-wrap")]
        .filter((wrap) => wrap.scrollLeft || wrap.scrollTop)
        .map((wrap) => ({ caption: captionOf(wrap), left: wrap.scrollLeft, top: wrap.scrollTop })),
    };
  });

  document.addEventListener("htmx:afterSwap", () => {
    const before = kept;
    kept = null;
    const region = before && document.getElementById(before.region);
    if (!region) return;
    for (const id of before.open) document.getElementById(id)?.setAttribute("open", "");
    for (const wrap of region.querySelectorAll(".table-wrap")) {
      const place = before.scrolled.find(({ caption }) => caption === captionOf(wrap));
      if (place) wrap.scrollTo(place.left, place.top);
    }
  });
})();
