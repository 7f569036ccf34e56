package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxInput;
import io.cachepot.sandbox.SandboxSpec;
import io.cachepot.sandbox.bubblewrap.RootPlan.Entry;
import io.cachepot.sandbox.bubblewrap.RootPlan.Mount;
import io.cachepot.sandbox.bubblewrap.RootPlan.PlannedOutput;
import io.cachepot.sandbox.bubblewrap.TreeNode.Directory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Plans the root of one job. A directory of the toolchain in which the job has nothing is mounted
 * whole; where the job has something below one, the directory is made anew and its other children
 * are mounted one by one. A link of the toolchain is made anew too: bubblewrap would follow it on
 * the host.
 */
final class RootPlanner {
    /** Devices that every job sees; an input of that name is the device. */
    static final List<String> DEVICES = List.of("null", "zero", "random", "urandom");

    private static final Set<String> DEVICE_PATHS =
            Set.of("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom");

    private final Path toolchainRoot;
    private final VirtualTree tree;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Mount> mounts = new ArrayList<>();
    private final Map<Directory, String> places = new HashMap<>();
    private final Set<TreeNode> replaceable = Collections.newSetFromMap(new IdentityHashMap<>());

    private RootPlanner(Path toolchainRoot, ToolchainLister toolchain) {
        this.toolchainRoot = toolchainRoot;
        this.tree = new VirtualTree(toolchain);
    }

    /**
     * Plans without touching the host, but for what {@code toolchain} lists.
     *
     * @param toolchainRoot the spec's, without links
     * @throws SandboxException when the spec has paths that fit nowhere
     */
    static RootPlan plan(SandboxSpec spec, Path toolchainRoot, ToolchainLister toolchain)
            throws IOException {
        var planner = new RootPlanner(toolchainRoot, toolchain);
        planner.layInputs(spec.inputs());
        planner.tree.directory("cwd", spec.cwd()).isTouched = true;
        var parents = planner.layOutputs(spec.outputs());
        return planner.plan(spec.outputs(), parents);
    }

    /** Links first, parents first: the paths of all others may lead through them. */
    private void layInputs(List<SandboxInput> inputs) throws IOException {
        var links = new ArrayList<SandboxInput.Link>();
        for (SandboxInput input : inputs) {
            if (input instanceof SandboxInput.Link link) {
                links.add(link);
            }
        }
        links.sort(Comparator.comparing(SandboxInput.Link::path));
        for (SandboxInput.Link link : links) {
            tree.putLink(link.path(), link.target());
        }
        for (SandboxInput input : inputs) {
            switch (input) {
                case SandboxInput.Link _ -> {}
                case SandboxInput.Directory(var path) -> tree.directory("input", path);
                case SandboxInput.File file when DEVICE_PATHS.contains(file.path()) -> {}
                case SandboxInput.File(var path, var source, var executable) ->
                        tree.putFile(path, new TreeNode.File(source, executable));
            }
        }
    }

    private List<Directory> layOutputs(List<String> outputs) throws IOException {
        var parents = new ArrayList<Directory>();
        for (String output : outputs) {
            Directory parent = tree.parent("output", output);
            String name = InsidePath.name(output);
            switch (tree.child(parent, name)) {
                case null -> {}
                case Directory _ ->
                        throw new SandboxException(
                                "output is '" + output + "', expected a file, not a directory");
                case TreeNode.ToolchainFile(var lower, var executable) ->
                        // A mount can not be replaced by the job, a copy can.
                        parent.children.put(
                                name, new TreeNode.File(toolchainRoot.resolve(lower), executable));
                case TreeNode.File _, TreeNode.Link _ -> {}
            }
            if (parent.children.get(name) instanceof TreeNode.File file) {
                replaceable.add(file);
            }
            parent.isTouched = true;
            parents.add(parent);
        }
        return parents;
    }

    private RootPlan plan(List<String> outputs, List<Directory> parents) throws IOException {
        add(tree.root(), "");
        var planned = new ArrayList<PlannedOutput>();
        for (int i = 0; i < outputs.size(); i++) {
            String place = places.get(parents.get(i));
            if (place == null) {
                throw new IllegalStateException(outputs.get(i) + " has no directory");
            }
            planned.add(new PlannedOutput(outputs.get(i), place, InsidePath.name(outputs.get(i))));
        }
        return new RootPlan(entries, mounts, hasTmpfs(), planned);
    }

    private boolean hasTmpfs() {
        return tree.root().children.get("tmp") instanceof Directory tmp
                && !tmp.isTouched
                && tmp.children.isEmpty();
    }

    private void add(Directory directory, String path) throws IOException {
        places.put(directory, path);
        for (String name : tree.names(directory)) {
            TreeNode child = tree.child(directory, name);
            if (child != null) {
                add(child, InsidePath.join(path, name));
            }
        }
    }

    private void add(TreeNode node, String path) throws IOException {
        switch (node) {
            case Directory directory when directory.isWhole() -> {
                entries.add(new Entry.MountDirectory(path));
                mounts.add(new Mount(toolchainRoot.resolve(directory.lowers.getFirst()), path));
            }
            case Directory directory -> {
                entries.add(new Entry.Directory(path));
                add(directory, path);
            }
            case TreeNode.ToolchainFile(var lower, _) -> {
                entries.add(new Entry.MountFile(path));
                mounts.add(new Mount(toolchainRoot.resolve(lower), path));
            }
            case TreeNode.File(var source, var executable) ->
                    entries.add(
                            new Entry.File(path, source, executable, replaceable.contains(node)));
            case TreeNode.Link(var target) -> entries.add(new Entry.Link(path, target));
        }
    }
}
