// The dock's page: shows what /api/state says, and asks for acts. Nothing is kept here but who was chosen.
const by = (id) => document.getElementById(id);
let state = null, chosen = "", token = "", slipCount = -1, clock = 0;

async function ask(name, body) {
  const answer = await fetch(`/api/${name}`, body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.problem);
  return said;
}

async function act(name, body) {
  try {
    const said = await ask(name, body);
    by("problem").hidden = true;
    if (said.people) { state = said; await draw(); }
    return said;
  } catch (error) {
    by("problem").textContent = error.message;
    by("problem").hidden = false;
    return null;
  }
}

function drawPeople() {
  if (!by("people").children.length) {
    for (const person of state.people) {
      const item = document.createElement("li"), button = document.createElement("button");
      button.dataset.key = person.key;
      const mark = document.createElement("i"), name = document.createElement("b"), story = document.createElement("span");
      mark.textContent = "卡在机器里"; name.textContent = person.name; story.textContent = person.story;
      button.append(mark, name, story);
      button.addEventListener("click", () => { chosen = person.key; hideCode(); draw(); });
      item.append(button); by("people").append(item);
    }
    chosen ||= state.people[0]?.key ?? "";
  }
  for (const button of by("people").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.key === chosen));
    button.querySelector("i").hidden = button.dataset.key !== state.card;
  }
}

async function drawSlips() {
  if (slipCount === state.slips) return;
  const { slips } = await ask("slips");
  slipCount = slips.length;
  by("none").hidden = slipCount > 0;
  by("slips").replaceChildren(...slips.map(({ n, text }) => {
    const item = document.createElement("li"), picture = document.createElement("img"), links = document.createElement("p");
    picture.src = `/api/slips/${n}.png`; picture.alt = text;
    for (const [kind, words] of [["png", "图片"], ["bin", "打印机收到的字节"]]) {
      const link = document.createElement("a");
      link.href = `/api/slips/${n}.${kind}`; link.textContent = words; link.target = "_blank"; links.append(link);
    }
    item.append(picture, links); return item;
  }));
}

function hideCode() { clearTimeout(clock); token = ""; by("code").hidden = true; by("scan").hidden = true; }

async function draw() {
  drawPeople();
  const person = state.people.find((one) => one.key === chosen);
  by("who").textContent = person ? `${person.name} · ${person.place}` : "";
  by("secrets").textContent = person ? `卡密码 ${person.pin}　服务密码 ${person.password}` : "";
  by("insert").disabled = !person || state.card === chosen;
  by("pull").disabled = !state.card;
  by("lay").disabled = !state.idReader || state.laid === chosen;
  by("lift").disabled = !state.laid;
  by("ecode").disabled = !state.ecode;
  by("scan").disabled = !state.scanner;
  for (const button of by("paper").children) {
    button.disabled = state.paper === null;
    button.setAttribute("aria-pressed", String(button.dataset.supply === state.paper));
  }
  by("cover").disabled = state.paper === null;
  by("cover").setAttribute("aria-pressed", String(state.cover));
  by("cover").textContent = state.cover ? "盖子开着，合上" : "打开打印机盖";
  by("line").disabled = state.relay === null;
  by("line").setAttribute("aria-pressed", String(state.relay === false));
  by("line").textContent = state.relay === false ? "平台断开了，接上" : "断开平台";
  await drawSlips();
}

by("insert").addEventListener("click", () => act("insert", { person: chosen }));
by("pull").addEventListener("click", () => act("pull", {}));
by("lay").addEventListener("click", () => act("lay", { person: chosen }));
by("lift").addEventListener("click", () => act("lift", {}));
by("ecode").addEventListener("click", async () => {
  const said = await act("ecode", { person: chosen });
  if (!said) return;
  token = said.token;
  by("code").querySelector("img").src = `data:image/svg+xml,${encodeURIComponent(said.svg)}`;
  by("code").hidden = false; by("scan").hidden = false;
  clearTimeout(clock); clock = setTimeout(hideCode, 60000);
});
by("scan").addEventListener("click", async () => { await act("scan", { code: token }); hideCode(); });
for (const button of by("paper").children)
  button.addEventListener("click", () => act("paper", { supply: button.dataset.supply }));
by("cover").addEventListener("click", () => act("cover", { open: !state.cover }));
by("line").addEventListener("click", () => act("relay", { up: state.relay === false }));

async function refresh() {
  try { state = await ask("state"); await draw(); } catch { /* the dock is being restarted; the next round finds it */ }
  setTimeout(refresh, 1000);
}
refresh();
