// Start TimelineJS on what the page names; it asks nobody but this server.
(async () => {
  const box = document.getElementById("slides");
  const answer = await fetch(box.dataset.source);
  const told = await answer.json();
  if (!told.events.length) {
    box.remove();
    document.getElementById("no-slides").hidden = false;
    return;
  }
  new TL.Timeline(box, told, {
    language: box.dataset.lang,
    font: null, // a named font would come from another host
    script_path: new URL(box.dataset.library, location.href).href,
    timenav_height_percentage: 40,
  });
})();
