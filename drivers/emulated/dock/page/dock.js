// The dock's page: shows what /api/state says, and asks for acts. Nothing is kept here but who was chosen.
const by = (id) => document.getElementById(id);
let state = null, chosen = "", token = "", slipCount = "", clock = 0, table = null, tab = "printer";

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

const make = (name, words = "") => { const made = document.createElement(name); made.textContent = words; return made; };

function drawPlugs() {
  if (!by("plugs").children.length) {
    for (const [device, title] of Object.entries(table.devices)) {
      if (device === "card" || device === "psam") continue;
      const button = make("button");
      button.dataset.device = device; button.dataset.title = title; button.className = "bad";
      button.addEventListener("click", () => act(state.unplugged.includes(device) ? "plug" : "unplug", { device }));
      by("plugs").append(button);
    }
  }
  for (const button of by("plugs").children) {
    const out = state.unplugged.includes(button.dataset.device);
    button.textContent = out ? `插上${button.dataset.title}` : `拔掉${button.dataset.title}`;
    button.setAttribute("aria-pressed", String(out));
    button.disabled = !state.here.includes(button.dataset.device);
  }
}

// What has buttons of its own above.
const BESIDE = new Set(["printer low", "printer out", "printer cover"]);

// Rebuilt when another device is chosen, so that a number being typed stays.
function drawTroubles() {
  if (!by("tabs").children.length) {
    for (const [device, title] of Object.entries(table.devices)) {
      if (!table.troubles.some((row) => row.device === device)) continue;
      const button = make("button", title);
      button.setAttribute("role", "tab"); button.dataset.device = device;
      button.addEventListener("click", () => { tab = device; drawTroubles(); });
      by("tabs").append(button);
    }
  }
  for (const button of by("tabs").children) {
    button.setAttribute("aria-selected", String(button.dataset.device === tab));
    button.classList.toggle("ill", Boolean(state.trouble[button.dataset.device]));
  }
  if (by("troubles").dataset.device !== tab) {
    by("troubles").dataset.device = tab;
    by("troubles").replaceChildren(...table.troubles.filter(({ device, name }) => device === tab && !BESIDE.has(`${device} ${name}`)).map(drawTrouble));
  }
  const now = state.trouble[tab] ?? {};
  for (const button of by("troubles").querySelectorAll("button"))
    button.setAttribute("aria-pressed", String(button.dataset.name in now));
  by("well").disabled = !state.trouble[tab];
  by("well").textContent = `${table.devices[tab]}：全好了`;
}

function drawTrouble({ device, name, title, number, least, most }) {
  const item = make("li"), words = make("span"), button = make("button", "来一下"), said = title.replace(/ ?\{n\} ?/, "几");
  button.dataset.name = name; button.className = "bad"; button.setAttribute("aria-label", said);
  const input = make("input");
  Object.assign(input, { type: "number", min: least, max: most, value: number ?? 0 });
  input.setAttribute("aria-label", `${said}：几`);
  const [before, after] = title.split(/ ?\{n\} ?/);  // the number is typed where it stands in the sentence
  words.append(before, ...(after === undefined ? [] : [input, after]));
  button.addEventListener("click", () => act("trouble", { device, name, number: number === null ? null : Number(input.value) }));
  item.append(words, button);
  return item;
}

async function drawSlips() {
  by("take").disabled = !state.hanging;
  by("take").textContent = state.hanging ? `取走凭条（${state.hanging} 张）` : "取走凭条";
  const shown = `${state.slips} ${state.hanging}`;
  if (slipCount === shown) return;
  const { slips } = await ask("slips");
  slipCount = shown;
  by("none").hidden = slips.length > 0;
  by("slips").replaceChildren(...slips.map(({ n, text }) => {
    const item = document.createElement("li"), picture = document.createElement("img"), links = document.createElement("p");
    picture.src = `/api/slips/${n}.png`; picture.alt = text;
    for (const [kind, words] of [["png", "图片"], ["bin", "打印机收到的字节"]]) {
      const link = document.createElement("a");
      link.href = `/api/slips/${n}.${kind}`; link.textContent = words; link.target = "_blank"; links.append(link);
    }
    links.prepend(make("em", n > state.slips - state.hanging ? `第 ${n} 张 · 还在出纸口` : `第 ${n} 张 · 取走了`));
    item.append(picture, links); return item;
  }));
}

function hideCode() { clearTimeout(clock); token = ""; by("code").hidden = true; by("scan").hidden = true; }

async function draw() {
  drawPeople();
  const person = state.people.find((one) => one.key === chosen);
  by("who").textContent = person ? `${person.name} · ${person.place}` : "";
  const staff = person?.staff.worker ? `　帮办工号 ${person.staff.worker}　帮办密码 ${person.staff.pin}` : "";
  by("secrets").textContent = person ? `卡密码 ${person.pin}　服务密码 ${person.password}${staff}` : "";
  by("insert").disabled = !person || state.card === chosen;
  by("pull").disabled = !state.card;
  by("lay").disabled = !state.idReader || state.laid === chosen;
  by("lift").disabled = !state.laid;
  by("ecode").disabled = !state.ecode;
  by("scan").disabled = !state.scanner;
  const helper = state.people.find((one) => one.staff.worker);
  by("help").hidden = !helper;
  by("helper").disabled = !state.ecode || !state.scanner;
  if (helper) by("helper-pin").textContent = `${helper.name} ${helper.staff.worker}，帮办密码 ${helper.staff.pin}`;
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
  by("stand").disabled = state.somebody === null;
  by("stand").setAttribute("aria-pressed", String(state.somebody === true));
  by("stand").textContent = state.somebody ? "跟前的人走开" : "有人走到跟前";
  table ??= await ask("troubles");
  drawPlugs();
  drawTroubles();
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
by("helper").addEventListener("click", () => act("show", { person: state.people.find((one) => one.staff.worker).key }));
by("scan").addEventListener("click", async () => { await act("scan", { code: token }); hideCode(); });
for (const button of by("paper").children)
  button.addEventListener("click", () => act("paper", { supply: button.dataset.supply }));
by("cover").addEventListener("click", () => act("cover", { open: !state.cover }));
by("stand").addEventListener("click", () => act("stand", { somebody: !state.somebody }));
by("take").addEventListener("click", () => act("take", {}));
by("well").addEventListener("click", () => act("well", { device: tab }));
by("line").addEventListener("click", () => act("relay", { up: state.relay === false }));

async function refresh() {
  try { state = await ask("state"); await draw(); } catch { /* the dock is being restarted; the next round finds it */ }
  setTimeout(refresh, 1000);
}
refresh();
