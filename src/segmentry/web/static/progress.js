// Shows how far a run is, twice a second; the page works without it by loading itself again.
(() => {
  const place = document.getElementById("progress");
  const [heading, bar, said, stages, elapsed] = [
    document.querySelector("h1"),
    document.getElementById("bar"),
    document.getElementById("said"),
    document.getElementById("stages"),
    document.getElementById("elapsed"),
  ];
  const put = (where, text) => {
    if (where && where.textContent !== text) where.textContent = text;
  };
  let shown = "";
  let failures = 0;
  const look = async () => {
    try {
      const answer = await fetch(place.dataset.news, { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.status);
      const news = await answer.json();
      failures = 0;
      if (news.to) {
        location.replace(news.to);
        return;
      }
      put(heading, news.heading);
      put(said, news.said);
      put(elapsed, news.elapsed);
      document.title = `${news.heading} · segmentry`;
      bar.value = news.share;
      if (news.stages !== shown) {
        shown = news.stages;
        stages.innerHTML = news.stages; // escaped where it was made
      }
    } catch {
      failures += 1;
      if (failures === 4) put(said, "The pages can't be reached. The run goes on; open them again to see it.");
    }
    setTimeout(look, failures ? 2000 : 500);
  };
  setTimeout(look, 500);
})();
