// The emulator listens on every interface and has no option for it: loaded first, this binds it to loopback.
const net = require("node:net");
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  if (args[0] && typeof args[0] === "object" && "port" in args[0]) args[0] = { ...args[0], host: "127.0.0.1" };
  else if (typeof args[0] === "number") {
    if (typeof args[1] === "string" || args[1] === undefined) args[1] = "127.0.0.1";
    else args.splice(1, 0, "127.0.0.1");
  }
  return listen.apply(this, args);
};

// It ends with the tests, also when they're killed and can't stop it.
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(0), 500).unref();
